import type { STSClient } from "@aws-sdk/client-sts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import { type AwsErrorDescription, describeAwsError } from "./aws_error.ts";
import { backoff } from "./backoff.ts";
import { stsClient } from "./credentials.ts";
import { inTime } from "./in_time.ts";
import { isForeign } from "./is_foreign.ts";
import { NO_SURROUNDINGS, type Surroundings } from "./surroundings.ts";

export interface Identity {
  /** 12 digits. */
  readonly account: string;
  readonly arn: string;
}

/**
 * Asks STS whose the base credentials are (GetCallerIdentity).
 *
 * @param client one with the base credentials
 * @throws what the SDK throws; see `describeAwsError`
 */
export async function checkIdentity(client: STSClient, signal: AbortSignal): Promise<Identity> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const command = new GetCallerIdentityCommand({});
  const { Account, Arn } = await client.send(command, { abortSignal: signal });
  if (!Account || !Arn) throw new Error("STS answered GetCallerIdentity without an identity");
  return { account: Account, arn: Arn };
}

/**
 * As `describeAwsError`, of what `checkIdentity` threw. A role whose permissions boundary is
 * Security Lake's may not ask (managed policy AmazonSecurityLakePermissionsBoundary).
 */
export function describeIdentityError(error: unknown): AwsErrorDescription {
  const description = describeAwsError(error);
  return description.class === "access" ? { ...description, hint: DENIED_HINT } : description;
}

const DENIED_HINT = "Security Lake's provider role may not ask who it is: nothing is wrong then, " +
  "and aws.checkidentity: false ends the question";

/** What to do when the STS does not know the keys of a store that is none of AWS's. */
export const FOREIGN_HINT =
  "aws.securitylake.endpoint is none of AWS's and its keys may be unknown " +
  "to STS: aws.checkidentity: false ends the question";

export interface IdentityDependencies {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly surroundings?: Surroundings;
}

/** Long: nobody waits for it. */
const PAUSES = { first: 60_000, longest: 3_600_000 };
/** For an attempt, milliseconds: the SDK's own limits do not cover all of its chain. */
const TIMEOUT = 60_000;

/**
 * Tells the log whose the base credentials are, as soon as STS says so; falcosidekick asks that at
 * its start (`aws.checkidentity`) and gives up its AWS outputs when it fails. Here nothing waits
 * for it: a failure is a line in the log and asked again, after one minute, then two, up to an hour.
 *
 * A store that is not AWS's need not have an STS, and its keys are none of AWS's: then a failure is
 * said once.
 *
 * Resolves when it is known, not to be known, or `signal` aborts. Never rejects.
 */
export async function watchIdentity(
  aws: Config["aws"],
  { log, clock, random, signal, surroundings = NO_SURROUNDINGS }: IdentityDependencies,
): Promise<void> {
  const role = aws.rolearn === "" ? "" : `; uploads assume the role ${aws.rolearn}`;
  let client: STSClient | undefined;
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const ask = async (attempt: AbortSignal) => {
        client ??= await stsClient(aws, surroundings, clock);
        return await checkIdentity(client, attempt);
      };
      const { account, arn } = await inTime(clock, TIMEOUT, ask, { signal });
      log.info(`AWS - the credentials are those of ${arn} (account ${account})${role}`);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const { class: kind, text, hint } = describeIdentityError(error);
      // One that found no credentials in time would go on waiting for the same answer; but one that
      // was refused for its clock has learnt the right time.
      if (kind !== "clockskew") {
        client?.destroy();
        client = undefined;
      }
      const failure =
        `AWS - cannot tell whose the credentials are: ${text}${hint && ` (${hint})`}` +
        `; uploads go on regardless${role}`;
      if (isForeign(aws)) {
        log.warn(`${failure}; ${FOREIGN_HINT}`);
        return;
      }
      const pause = backoff(failures, PAUSES, random);
      log.warn(`${failure}; asking again in ${Math.ceil(pause / 60_000)} min`);
      await clock.sleep(pause, signal);
    }
  }
}
