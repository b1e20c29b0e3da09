/** What the keys of a lake's objects begin with. */
export interface RootParts {
  /** Verbatim, without slashes at its ends; "" for none. */
  readonly prefix: string;
  /** "" when not configured: "local" stands in its place. */
  readonly region: string;
  /** "" when not configured: "external", AWS's word for what belongs to no account, stands there. */
  readonly accountId: string;
}

/** What an object's key is made of, besides its day. */
export interface KeyParts {
  /** See `keyRoot`. */
  readonly root: string;
  readonly logId: string;
  /** The batch's first sequence. */
  readonly first: number;
  /** The batch's last sequence. */
  readonly last: number;
}

/** The part of keys before the day, without slashes at its ends. */
export const keyRoot = ({ prefix, region, accountId }: RootParts): string =>
  `${prefix && `${prefix}/`}region=${region || "local"}/accountId=${accountId || "external"}`;

/**
 * The key of an object, in Security Lake's layout for custom sources (AWS user guide, "Collecting
 * data from custom sources"): no leading slash, the day that of the events, in UTC.
 *
 * It follows from the log and the range alone, so that a repeated upload lands on the same key.
 *
 * @param eventDay YYYYMMDD
 */
export const objectKey = (
  { root, logId, first, last }: KeyParts,
  eventDay: string,
): string => `${root}/eventDay=${eventDay}/${logId}-${first}-${last}.parquet`;
