import type { Config } from "../config/config.ts";
import type { Log } from "../telemetry/log.ts";
import { regionThatIsSaid } from "./aws_error.ts";
import { isRegion } from "./instance_region.ts";
import { LOGGED_NAME } from "./output_name.ts";
import { s3Region } from "./region.ts";
import type { Surroundings } from "./surroundings.ts";

/** The region that a bucket is asked in, and learns of another one from S3's refusals. */
export interface BucketRegion {
  readonly current: string;
  /**
   * Takes over the region that S3's refusal names, with a warning. Each region is taken once at
   * most, so that two answers which contradict each other do not keep it going to and fro.
   *
   * @returns whether the region is another one now
   */
  learn(refusal: unknown): boolean;
}

/** The region to begin with is that of `s3Region`. */
export function bucketRegion(
  aws: Config["aws"],
  surroundings: Surroundings,
  log: Log,
): BucketRegion {
  const { bucket, region: configured } = aws.securitylake;
  let current = s3Region(aws, surroundings);
  const tried = new Set([current]);
  return {
    get current() {
      return current;
    },
    learn: (refusal) => {
      const said = regionThatIsSaid(refusal);
      if (!isRegion(said) || tried.has(said)) return false;
      const before = current;
      tried.add(said);
      current = said;
      const key = aws.region === "" && before === configured
        ? "aws.securitylake.region, which stands in the keys of objects as well,"
        : "aws.region";
      log.warn(
        `${LOGGED_NAME} - s3://${bucket} is in ${said}, S3 says, not in ${before}: uploads go ` +
          `there from now on; correct ${key} to ${said}`,
      );
      return true;
    },
  };
}
