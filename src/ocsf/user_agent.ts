import type { Fields } from "./fields.ts";
import type { Evidence, Writable } from "./finding.ts";

/**
 * Adds the user agent of a request, which OCSF has since 1.4. Only to an evidence that has something
 * else: OCSF does not accept it alone.
 */
export function addUserAgent(
  evidence: Writable<Evidence>,
  fields: Fields,
  name: string,
  minor: number,
): void {
  if (minor < 4 || Object.keys(evidence).length === 0) return;
  const userAgent = fields.take(name);
  if (userAgent !== undefined) evidence.http_request = { user_agent: userAgent };
}
