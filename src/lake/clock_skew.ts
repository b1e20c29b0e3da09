/**
 * How far this host's clock is ahead of a server's, in whole seconds; negative when it is behind.
 * Good to about a second: that is what a Date header has, and the way there takes time.
 *
 * @param date a Date header (RFC 9110, 5.6.7); undefined when there was none
 * @param sent when the request was sent and
 * @param received when its answer came, milliseconds since 1970 by this host's clock
 * @returns undefined when there is no date in it
 */
export function clockSkew(
  date: string | undefined,
  sent: number,
  received: number,
): number | undefined {
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server)) return undefined;
  const skew = (sent + received) / 2 - (server + 500); // the header's second, cut off, has begun
  return Math.round(skew / 1000) || 0; // not -0
}

/** STS refuses requests that are this many seconds off (SigV4); S3 is content with 15 minutes. */
export const SKEW_REFUSED = 300;

/** A clock this many seconds off is on its way out. */
export const SKEW_SUSPICIOUS = 60;
