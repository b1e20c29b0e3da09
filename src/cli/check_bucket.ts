import type { Config } from "../config/config.ts";
import { describeAwsError } from "../lake/aws_error.ts";
import { describeSkew } from "../lake/clock_watch.ts";
import { SKEW_REFUSED, SKEW_SUSPICIOUS } from "../lake/clock_skew.ts";
import { credentialSource } from "../lake/credential_source.ts";
import { type AssumedRole, assumeRole, type Credentials, stsClient } from "../lake/credentials.ts";
import {
  checkIdentity,
  describeIdentityError,
  FOREIGN_HINT,
  type Identity,
} from "../lake/identity.ts";
import { inTime } from "../lake/in_time.ts";
import { isForeign } from "../lake/is_foreign.ts";
import { type BucketAnswer, lookAtBucket, putProbe } from "../lake/probe_bucket.ts";
import { readSurroundings, type Surroundings } from "../lake/surroundings.ts";
import type { Clock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";
import { type Check, failed, good, skipped } from "./check_line.ts";

export interface CheckDependencies {
  readonly clock: Clock;
  readonly disk: Disk;
}

/** Milliseconds for each thing with all its requests; there are five that make some. */
const TIMEOUT = 10_000;

/**
 * Whether the bucket can be reached and written to, from the credentials on; each in the agent's
 * own way and with its own settings.
 *
 * @param probe whether an object is put
 */
export async function* checkBucket(
  { aws, tlsclient }: Config,
  probe: boolean,
  { clock, disk }: CheckDependencies,
): AsyncIterable<Check> {
  const limited = <T>(run: (signal: AbortSignal) => Promise<T>) => inTime(clock, TIMEOUT, run);
  const surroundings = await readSurroundings(tlsclient.cacertfile, disk, clock);
  if (surroundings.problem !== undefined) {
    const hint = "the agent goes on with the built-in authorities alone";
    yield { check: "authorities", ok: null, detail: surroundings.problem, hint };
  }

  const base = await outcome(limited(() => findCredentials(aws, surroundings, clock)));
  yield base.ok ? foundCredentials(aws, base.value) : failed("credentials", base.error);
  if (!base.ok) {
    yield* withoutCredentials(aws, probe);
    return;
  }

  if (!aws.checkidentity) yield skipped("identity", "aws.checkidentity is false");
  else {
    const identity = await outcome(
      limited((signal) => askIdentity(aws, surroundings, clock, signal)),
    );
    yield identity.ok
      ? good("identity", `${identity.value.arn} (account ${identity.value.account})`)
      : withoutIdentity(aws, identity.error);
  }

  let credentials: Credentials = base.value;
  if (aws.rolearn === "") yield skipped("role", "aws.rolearn is not set");
  else {
    const role = await outcome(limited((signal) => takeRole(aws, surroundings, clock, signal)));
    yield role.ok ? tookRole(role.value) : failed("role", role.error);
    if (!role.ok) {
      yield* withoutRole(probe);
      return;
    }
    credentials = role.value.credentials;
  }

  const look = (signal: AbortSignal) => lookAtBucket(aws, surroundings, credentials, clock, signal);
  const looked = await outcome(limited(look));
  const answer = looked.ok ? looked.value : { error: looked.error, skew: undefined };
  yield clockOf(answer);
  yield bucketOf(aws, answer);
  if (!probe) return;

  const put = await outcome(
    limited((signal) => putProbe(aws, surroundings, credentials, clock, signal)),
  );
  yield put.ok
    ? good(
      "put",
      `s3://${aws.securitylake.bucket}/${put.value}, 0 bytes, stays there: a role that may only ` +
        "put cannot delete it, and readers of the lake pass by its name",
    )
    : failed("put", put.error);
}

type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

const outcome = <T>(promise: Promise<T>): Promise<Outcome<T>> =>
  promise.then((value) => ({ ok: true, value }), (error: unknown) => ({ ok: false, error }));

async function findCredentials(
  aws: Config["aws"],
  surroundings: Surroundings,
  clock: Clock,
): Promise<Credentials> {
  const client = await stsClient(aws, surroundings, clock);
  try {
    return await client.config.credentials();
  } finally {
    client.destroy();
  }
}

async function askIdentity(
  aws: Config["aws"],
  surroundings: Surroundings,
  clock: Clock,
  signal: AbortSignal,
): Promise<Identity> {
  const client = await stsClient(aws, surroundings, clock);
  try {
    return await checkIdentity(client, signal);
  } finally {
    client.destroy();
  }
}

function foundCredentials(aws: Config["aws"], credentials: Credentials): Check {
  const { accessKeyId, expiration } = credentials;
  const source = aws.accesskeyid === ""
    ? credentialSource(credentials)
    : "aws.accesskeyid of the configuration";
  const until = expiration ? `, until ${expiration.toISOString()}` : "";
  return good("credentials", `from ${source}, access key …${accessKeyId.slice(-4)}${until}`);
}

function* withoutCredentials(aws: Config["aws"], probe: boolean): Iterable<Check> {
  yield skipped("identity", "no credentials");
  yield skipped("role", aws.rolearn === "" ? "aws.rolearn is not set" : "no credentials");
  yield* withoutRole(probe, "no credentials");
}

function* withoutRole(probe: boolean, why = "the role could not be assumed"): Iterable<Check> {
  yield skipped("clock", why);
  yield skipped("bucket", why);
  if (probe) yield skipped("put", why);
}

/** Security Lake's provider role may not ask, and other stores have no STS: that is no failure. */
function withoutIdentity(aws: Config["aws"], error: unknown): Check {
  const { class: kind, text, hint } = describeIdentityError(error);
  if (kind === "access") return skipped("identity", `unknown: denied: ${text}`, hint);
  if (isForeign(aws)) return skipped("identity", `unknown: ${text}`, FOREIGN_HINT);
  return failed("identity", error);
}

async function takeRole(
  aws: Config["aws"],
  surroundings: Surroundings,
  clock: Clock,
  signal: AbortSignal,
): Promise<AssumedRole> {
  const client = await stsClient(aws, surroundings, clock);
  try {
    return await assumeRole(aws, surroundings, client, signal);
  } finally {
    client.destroy();
  }
}

const tookRole = ({ arn, credentials }: AssumedRole): Check =>
  good("role", `assumed ${arn}, until ${credentials.expiration.toISOString()}`);

function clockOf({ skew }: BucketAnswer): Check {
  if (skew === undefined) return skipped("clock", "S3 gave no answer with a date");
  const detail = skew === 0 ? "as S3's" : `${describeSkew(skew)} S3's`;
  const hint = "set this host's clock; use NTP";
  if (Math.abs(skew) > SKEW_REFUSED) return { check: "clock", ok: false, detail, hint };
  return good("clock", detail, Math.abs(skew) > SKEW_SUSPICIOUS ? hint : "");
}

function bucketOf(aws: Config["aws"], { error }: BucketAnswer): Check {
  const place = `s3://${aws.securitylake.bucket}`;
  if (error === undefined) return good("bucket", `${place} can be reached and listed`);
  const description = describeAwsError(error);
  // The provider role may put, not list: whether it may put, a probe tells.
  if (description.class !== "access") return failed("bucket", error);
  return good("bucket", `${place} can be reached; not allowed to look: ${description.text}`);
}
