/** What an object's key is made of, besides its day. */
export interface KeyParts {
  /** Verbatim, without slashes at its ends; "" for none. */
  readonly prefix: string;
  /** "" when not configured: "local" stands in its place. */
  readonly region: string;
  /** "" when not configured: "external", AWS's word for what belongs to no account, stands there. */
  readonly accountId: string;
  readonly logId: string;
  /** The batch's first sequence. */
  readonly first: number;
  /** The batch's last sequence. */
  readonly last: number;
}

/**
 * The key of an object, in Security Lake's layout for custom sources (AWS user guide, "Collecting
 * data from custom sources"): no leading slash, the day that of the events, in UTC.
 *
 * It follows from the log and the range alone, so that a repeated upload lands on the same key.
 *
 * @param eventDay YYYYMMDD
 */
export function objectKey(parts: KeyParts, eventDay: string): string {
  const { prefix, region, accountId, logId, first, last } = parts;
  const partition = `region=${region || "local"}/accountId=${
    accountId || "external"
  }/eventDay=${eventDay}`;
  return `${prefix && `${prefix}/`}${partition}/${logId}-${first}-${last}.parquet`;
}
