import type { MappingContext } from "./context.ts";
import type { Account, Cloud, Writable } from "./finding.ts";

export const awsAccount = (uid: string): Account => ({ uid, type_id: 10, type: "AWS Account" });

/** Security Lake has names such as `external_acme` in place of an account's id, too. */
const ACCOUNT_ID = /^\d{12}$/;

/**
 * Where it happened: what the event says of it; else the lake's own region and account. Never a bit
 * of both: a trail of a whole organisation tells of regions and accounts that are not the lake's.
 *
 * @returns undefined when the event says nothing and neither region nor account is configured
 */
export function mapCloud(
  { region, accountId }: MappingContext,
  ofEvent?: Cloud,
): Cloud | undefined {
  if (ofEvent !== undefined || (region === "" && accountId === "")) return ofEvent;
  const cloud: Writable<Cloud> = { provider: "AWS" };
  if (region !== "") cloud.region = region;
  if (ACCOUNT_ID.test(accountId)) cloud.account = awsAccount(accountId);
  return cloud;
}
