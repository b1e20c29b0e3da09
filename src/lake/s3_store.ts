import type { Config } from "../config/config.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import { describeAwsError } from "./aws_error.ts";
import { uploadCredentials } from "./credentials.ts";
import { inTime } from "./in_time.ts";
import { mayBeStored } from "./may_be_stored.ts";
import { refusesObject } from "./refuses_object.ts";
import { s3Client } from "./s3_client.ts";
import type { Store } from "./store.ts";
import { NO_SURROUNDINGS, type Surroundings } from "./surroundings.ts";

/** For a whole attempt, body included: 256 MiB at 1 MiB/s and some. */
const TIMEOUTS = { connection: 10_000, request: 300_000 };

/** For the search for credentials, milliseconds: some of the SDK's requests have no limit. */
const CREDENTIALS_TIMEOUT = 60_000;

/**
 * A bucket. One PutObject per object: never multipart (the provider role's boundary denies cleaning
 * up after one), no ACL, tags or encryption headers (denied, or the bucket's business); a CRC-32
 * checksum that S3 verifies. Source: AWS user guide "Adding a custom source in Security Lake" and
 * the managed policy AmazonSecurityLakePermissionsBoundary.
 *
 * Credentials: see `uploadCredentials`. They are looked for when the first object is put.
 */
export async function s3Store(
  aws: Config["aws"],
  surroundings: Surroundings = NO_SURROUNDINGS,
  clock: Clock = systemClock,
): Promise<Store> {
  // Loaded only when needed: it costs 75 ms and 17 MB, which an agent with a folder need not pay.
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const { bucket } = aws.securitylake;
  const connect = async () =>
    s3Client(aws, surroundings, TIMEOUTS, await uploadCredentials(aws, surroundings));
  let client = await connect();
  let refused = false;

  /** Lets the client find its credentials, unless it has some that are good for a while. */
  const authenticate = async (signal: AbortSignal): Promise<void> => {
    const find = () => client.config.credentials(refused ? { forceRefresh: true } : {});
    try {
      await inTime(clock, CREDENTIALS_TIMEOUT, find, { signal });
    } catch (error) {
      // The SDK would go on waiting for the same answer.
      client.destroy();
      client = await connect();
      throw error;
    }
  };

  return {
    location: `s3://${bucket}`,
    probe: () => Promise.resolve(), // a request could fail for reasons that a PutObject does not have
    put: async (key, bytes, signal) => {
      try {
        await authenticate(signal);
        // A Uint8Array is sent as one body with its hash; a stream would be sent in signed chunks,
        // which some S3-compatible stores keep wrongly.
        const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes });
        const { ETag } = await client.send(command, { abortSignal: signal });
        // S3 always gives one. A proxy that answers 200 in its place has stored nothing.
        if (!ETag) {
          throw new Error(
            "the answer has no ETag, so it is not the store's: see what proxy is between",
          );
        }
        refused = false;
      } catch (error) {
        // A session may be revoked, and keys in a file replaced, before the SDK expects it.
        refused ||= ["credentials", "access"].includes(describeAwsError(error).class);
        throw error;
      }
    },
    explain: (error) => ({
      ...describeAwsError(error),
      mayBeStored: mayBeStored(error),
      refusesObject: refusesObject(error),
    }),
  };
}
