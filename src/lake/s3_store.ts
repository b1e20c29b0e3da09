import type { S3Client } from "@aws-sdk/client-s3";
import type { Config } from "../config/config.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import type { Log } from "../telemetry/log.ts";
import { describeAwsError } from "./aws_error.ts";
import type { Answered } from "./bounded_handler.ts";
import { bucketRegion } from "./bucket_region.ts";
import { uploadCredentials } from "./credentials.ts";
import { inTime } from "./in_time.ts";
import { mayBeStored, refusesKey } from "./may_be_stored.ts";
import { s3Client } from "./s3_client.ts";
import type { Store } from "./store.ts";
import { NO_SURROUNDINGS, type Surroundings } from "./surroundings.ts";
import type { Timeouts } from "./transfer_limits.ts";

/** An attempt: 256 MiB at 1 MiB/s and some; a connection that is half dead is given up before. */
const TIMEOUTS: Timeouts = { connection: 10_000, idle: 30_000, total: 300_000 };

/** For the search for credentials, milliseconds: some of the SDK's requests have no limit. */
const CREDENTIALS_TIMEOUT = 60_000;

export interface S3StoreOptions {
  readonly surroundings?: Surroundings;
  readonly clock?: Clock;
  /** Told of a bucket that is in another region; nobody is by default. */
  readonly log?: Log;
  /** Told of every answer of S3's. */
  readonly answered?: (answer: Answered) => void;
  readonly timeouts?: Timeouts;
}

const NO_LOG: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * A bucket. One PutObject per object: never multipart (the provider role's boundary denies cleaning
 * up after one), no ACL, tags or encryption headers (denied, or the bucket's business); a CRC-32
 * checksum that S3 verifies. Source: AWS user guide "Adding a custom source in Security Lake" and
 * the managed policy AmazonSecurityLakePermissionsBoundary.
 *
 * Credentials: see `uploadCredentials`. They are looked for when the first object is put.
 *
 * A client signs with S3's time as soon as S3 has told it, so it is kept, and another one that
 * takes its place begins with what it has learnt.
 */
export async function s3Store(
  aws: Config["aws"],
  {
    surroundings = NO_SURROUNDINGS,
    clock = systemClock,
    log = NO_LOG,
    answered = () => {},
    timeouts = TIMEOUTS,
  }: S3StoreOptions = {},
): Promise<Store> {
  // Loaded only when needed: it costs 75 ms and 17 MB, which an agent with a folder need not pay.
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const { bucket } = aws.securitylake;
  const region = bucketRegion(aws, surroundings, log);
  const connect = (
    credentials: Awaited<ReturnType<typeof uploadCredentials>>,
    systemClockOffset = 0,
  ) =>
    s3Client(aws, {
      surroundings,
      timeouts,
      clock,
      credentials,
      region: region.current,
      systemClockOffset,
      answered,
    });
  let client = await connect(await uploadCredentials(aws, surroundings, clock));
  let refused = false;

  /** Replaces the client. @param credentials those of the one before, else they are looked for */
  const reconnect = async (credentials?: S3Client["config"]["credentials"]): Promise<void> => {
    client.destroy();
    client = await connect(
      credentials ?? await uploadCredentials(aws, surroundings, clock),
      client.config.systemClockOffset,
    );
  };

  /** Lets the client find its credentials, unless it has some that are good for a while. */
  const authenticate = async (signal: AbortSignal): Promise<void> => {
    const find = () => client.config.credentials(refused ? { forceRefresh: true } : {});
    let isOver = false;
    const search = async () => {
      try {
        await find();
      } finally {
        isOver = true;
      }
    };
    try {
      await inTime(clock, CREDENTIALS_TIMEOUT, search, { signal });
    } catch (error) {
      // The SDK would go on waiting for the same answer.
      if (!isOver) await reconnect();
      throw error;
    }
  };

  const send = async (key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> => {
    // A Uint8Array is sent as one body with its hash; a stream would be sent in signed chunks,
    // which some S3-compatible stores keep wrongly.
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes });
    try {
      const { ETag } = await client.send(command, { abortSignal: signal });
      // S3 always gives one. A proxy that answers 200 in its place has stored nothing.
      if (!ETag) {
        throw new Error(
          "the answer has no ETag, so it is not the store's: see what proxy is between",
        );
      }
    } catch (error) {
      if (region.learn(error)) await reconnect(client.config.credentials);
      throw error;
    }
  };

  return {
    location: `s3://${bucket}`,
    probe: () => Promise.resolve(), // a request could fail for reasons that a PutObject does not have
    put: async (key, bytes, signal) => {
      try {
        await authenticate(signal);
        await send(key, bytes, signal);
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
      refusesKey: refusesKey(error),
    }),
  };
}
