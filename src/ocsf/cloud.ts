import type { MappingContext } from "./context.ts";
import type { Cloud, Writable } from "./finding.ts";

/** @returns undefined when neither region nor account is configured */
export function mapCloud({ region, accountId }: MappingContext): Cloud | undefined {
  if (region === "" && accountId === "") return undefined;
  const cloud: Writable<Cloud> = { provider: "AWS" };
  if (region !== "") cloud.region = region;
  if (accountId !== "") cloud.account = { uid: accountId, type_id: 10, type: "AWS Account" };
  return cloud;
}
