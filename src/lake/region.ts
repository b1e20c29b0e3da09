import process from "node:process";
import type { Config } from "../config/config.ts";
import { isForeign } from "./is_foreign.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The region that somebody has set: `aws.region` or AWS_REGION, which falcosidekick's SDK reads
 * too; AWS_DEFAULT_REGION, which that one reads and JavaScript's does not; or that of the profile.
 *
 * @returns "" for none
 */
const explicitRegion = (aws: Config["aws"], { profileRegion = "" }: Surroundings): string =>
  aws.region || process.env["AWS_DEFAULT_REGION"] || profileRegion;

/**
 * The region to sign for and to ask S3 in: the one that is set, else the bucket's, whose name
 * stands in its keys. Never the host's: S3 refuses a signature for another region than the
 * bucket's, and a lake is often elsewhere.
 */
export const s3Region = (aws: Config["aws"], surroundings: Surroundings): string =>
  explicitRegion(aws, surroundings) || aws.securitylake.region;

/**
 * The region whose STS is asked: the one that is set, else the instance's own, which is the nearest
 * and the one that a VPC endpoint is in, else the bucket's. Sessions of any region's STS are good
 * in all.
 */
export async function stsRegion(aws: Config["aws"], surroundings: Surroundings): Promise<string> {
  const explicit = explicitRegion(aws, surroundings);
  if (explicit !== "") return explicit;
  const own = isForeign(aws) ? "" : await surroundings.instanceRegion?.() ?? "";
  return own || aws.securitylake.region;
}
