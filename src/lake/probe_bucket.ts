import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import type { Answered } from "./bounded_handler.ts";
import { clockSkew } from "./clock_skew.ts";
import type { Credentials } from "./credentials.ts";
import { s3Client } from "./s3_client.ts";
import type { Surroundings } from "./surroundings.ts";

/** What came of a request. */
export interface BucketAnswer {
  /** What the SDK threw; undefined when the request succeeded. */
  readonly error: unknown;
  /** Seconds that this host's clock is ahead of S3's; undefined without a dated answer. */
  readonly skew: number | undefined;
}

const TIMEOUTS = { connection: 5_000, idle: 10_000, total: 10_000 };

/** The name of the object that `putProbe` leaves. Athena, Glue and Spark pass by names with "_". */
export const PROBE_NAME = "_falco-lake-probe";

/**
 * Looks at the bucket: lists one name. HeadBucket asks for the same permission (s3:ListBucket), but
 * what S3 says to a HEAD has no body, so that a wrong key and a missing permission look the same.
 *
 * @param credentials undefined for the SDK's default chain
 */
export async function lookAtBucket(
  aws: Config["aws"],
  surroundings: Surroundings,
  credentials: Credentials | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<BucketAnswer> {
  const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const { bucket, prefix } = aws.securitylake;
  let skew: number | undefined;
  const answered = ({ headers, sent, received }: Answered) => {
    skew = clockSkew(headers["date"], sent, received);
  };
  const timeouts = TIMEOUTS;
  const client = await s3Client(aws, { surroundings, timeouts, clock, credentials, answered });
  try {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 });
    await client.send(command, { abortSignal: signal });
    return { error: undefined, skew };
  } catch (error) {
    return { error, skew };
  } finally {
    client.destroy();
  }
}

/**
 * Puts an object of 0 bytes below the prefix, as the agent puts its own. It stays: the provider
 * role may not delete.
 *
 * @param credentials undefined for the SDK's default chain
 * @returns its key
 * @throws what the SDK throws; see `describeAwsError`
 */
export async function putProbe(
  aws: Config["aws"],
  surroundings: Surroundings,
  credentials: Credentials | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const { bucket, prefix } = aws.securitylake;
  const client = await s3Client(aws, { surroundings, timeouts: TIMEOUTS, clock, credentials });
  try {
    const key = `${prefix}/${PROBE_NAME}`;
    // No `Body`: empty bytes, over TLS, end Deno 2.7.14, the base of some binaries, with a panic.
    // The SDK warns of a length that is not told.
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: 0 });
    await client.send(command, { abortSignal: signal });
    return key;
  } finally {
    client.destroy();
  }
}
