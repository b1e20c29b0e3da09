import type { STSClient } from "@aws-sdk/client-sts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import { clientConfig } from "./client_config.ts";
import { stsRegion } from "./region.ts";
import { roleSession } from "./role_session.ts";
import type { Surroundings } from "./surroundings.ts";

/** As the SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** The SDK asks for others five minutes before; never when there is none. */
  readonly expiration?: Date;
}

/** Finds credentials; with `forceRefresh` others than those that it has, which were refused. */
export type CredentialsProvider = (
  options?: { readonly forceRefresh?: boolean },
) => Promise<Credentials>;

export interface AssumedRole {
  readonly credentials: Credentials & { readonly expiration: Date };
  /** Of the session: `arn:aws:sts::123456789012:assumed-role/name/session`. */
  readonly arn: string;
}

/** STS answers in well under a second; a longer wait would keep a batch from its next attempt. */
const TIMEOUTS = { connection: 5_000, idle: 10_000, total: 10_000 };

/**
 * The credentials that everything begins with: the keys in the configuration, else undefined, which
 * is the SDK's default chain (environment, files, web identity, container, instance).
 */
export const baseCredentials = (
  { accesskeyid, secretaccesskey }: Config["aws"],
): Credentials | undefined =>
  accesskeyid === "" ? undefined : { accessKeyId: accesskeyid, secretAccessKey: secretaccesskey };

/**
 * A client of STS with the base credentials; the SDK finds another STS in AWS_ENDPOINT_URL_STS. What
 * the SDK's chain asks of STS, for web identities and roles of profiles, goes to the same region.
 */
export async function stsClient(
  aws: Config["aws"],
  surroundings: Surroundings,
  clock: Clock,
): Promise<STSClient> {
  const { STSClient } = await import("@aws-sdk/client-sts");
  const region = () => stsRegion(aws, surroundings);
  const config = await clientConfig(region, surroundings, TIMEOUTS, clock);
  const credentials = baseCredentials(aws);
  const client = new STSClient({ ...config, ...(credentials && { credentials }) });
  if (!credentials) {
    // Left alone, the chain reads the shared files once in the life of the process, and would never
    // see that they have come, or have other keys.
    const parentClientConfig = client.config;
    const chain = client.config.credentialDefaultProvider(
      { ...parentClientConfig, parentClientConfig, ignoreCache: true },
    );
    const { profileProblem } = surroundings;
    client.config.credentials = profileProblem ? withReason(chain, profileProblem) : chain;
  }
  return client;
}

/** Says why it finds none, which the chain does not: it goes on to the next place. */
function withReason(chain: CredentialsProvider, reason: string): CredentialsProvider {
  return async (options) => {
    try {
      return await chain(options);
    } catch (cause) {
      throw Object.assign(new Error(reason, { cause }), { name: "CredentialsProviderError" });
    }
  };
}

/**
 * The credentials to upload with: the base credentials, or with `aws.rolearn` those of the role,
 * which the S3 client asks for when it needs them, and again before they expire.
 *
 * The client of STS is kept, because it learns how far this host's clock is off.
 *
 * falcosidekick took `rolearn` and `externalid` up to 2.32 and ignores them since.
 */
export async function uploadCredentials(
  aws: Config["aws"],
  surroundings: Surroundings,
  clock: Clock,
): Promise<Credentials | CredentialsProvider> {
  const keys = baseCredentials(aws);
  if (keys && aws.rolearn === "") return keys;
  const client = await stsClient(aws, surroundings, clock);
  if (aws.rolearn === "") return (options) => client.config.credentials(options);
  return roleSession(async (isRefused) => {
    // The base credentials may be what has changed.
    if (isRefused) await client.config.credentials({ forceRefresh: true });
    return (await assumeRole(aws, surroundings, client)).credentials;
  }, clock);
}

/**
 * One AssumeRole, for as long as the role's default lets it be: an hour.
 *
 * @throws what the SDK throws; see `describeAwsError`
 */
export async function assumeRole(
  aws: Config["aws"],
  { hostName }: Surroundings,
  client: STSClient,
  signal?: AbortSignal,
): Promise<AssumedRole> {
  const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
  const command = new AssumeRoleCommand({
    RoleArn: aws.rolearn,
    RoleSessionName: sessionName(hostName),
    ...(aws.externalid && { ExternalId: aws.externalid }),
  });
  const answer = await client.send(command, { ...(signal && { abortSignal: signal }) });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new Error("STS answered AssumeRole without credentials");
  }
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    },
    arn: answer.AssumedRoleUser?.Arn ?? aws.rolearn,
  };
}

/** STS allows 2 to 64 of these characters (API reference, AssumeRole, RoleSessionName). */
export function sessionName(hostName: string): string {
  const name = hostName === "" ? "falco-lake" : `falco-lake-${hostName}`;
  return name.replace(/[^\w+=,.@-]/g, "-").slice(0, 64);
}
