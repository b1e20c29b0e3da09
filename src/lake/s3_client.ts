import type { S3Client } from "@aws-sdk/client-s3";
import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import type { Answered } from "./bounded_handler.ts";
import { clientConfig } from "./client_config.ts";
import type { Credentials, CredentialsProvider } from "./credentials.ts";
import { s3Region } from "./region.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Timeouts } from "./transfer_limits.ts";

export interface S3ClientOptions {
  readonly surroundings: Surroundings;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** Undefined for the SDK's default chain. */
  readonly credentials: Credentials | CredentialsProvider | undefined;
  /** `s3Region` by default. */
  readonly region?: string;
  /** Milliseconds that S3's clock is ahead, as an earlier client has learnt. */
  readonly systemClockOffset?: number;
  /** Told of every answer. */
  readonly answered?: (answer: Answered) => void;
}

/** A client for the bucket. */
export async function s3Client(aws: Config["aws"], options: S3ClientOptions): Promise<S3Client> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { endpoint, forcepathstyle } = aws.securitylake;
  const { surroundings, timeouts, clock, credentials, systemClockOffset = 0, answered } = options;
  const region = options.region ?? s3Region(aws, surroundings);
  return new S3Client({
    ...await clientConfig(region, surroundings, timeouts, clock, answered),
    forcePathStyle: forcepathstyle,
    systemClockOffset,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    // For a request that asks before it sends its body, the SDK takes an agent of its own, which
    // trusts the built-in authorities alone.
    ...(surroundings.authorities.length > 0 && { expectContinueHeader: false }),
  });
}
