import type { MappingContext } from "./context.ts";
import type { Account, Cloud, Writable } from "./finding.ts";

export const awsAccount = (uid: string): Account => ({ uid, type_id: 10, type: "AWS Account" });

/**
 * Where it happened: what the event says of it, and then the lake's own region and account, unless
 * the event is of another provider's cloud.
 *
 * @returns undefined when the event says nothing and neither region nor account is configured
 */
export function mapCloud(
  { region, accountId }: MappingContext,
  ofEvent?: Cloud,
): Cloud | undefined {
  const isElsewhere = ofEvent !== undefined && ofEvent.provider !== "AWS";
  if (isElsewhere || (region === "" && accountId === "")) return ofEvent;
  const cloud: Writable<Cloud> = { provider: "AWS" };
  if (region !== "") cloud.region = region;
  if (accountId !== "") cloud.account = awsAccount(accountId);
  return { ...cloud, ...ofEvent };
}
