import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { type FakeS3, fakeS3, type PutOutcome, type ReceivedPut, s3Error } from "./fake_s3.ts";
import { Iam, type Principal } from "./cloud/iam.ts";
import type { Fault } from "./cloud/service.ts";
import { type StrictSts, strictSts, type StsCall } from "./cloud/sts.ts";
import { accessKeyOf, isSignedBy } from "./sigv4.ts";

export const ACCESS_KEY = "AKIAEXAMPLEEXAMPL123";
export const SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
export const ROLE_ARN =
  "arn:aws:iam::123456789012:role/AmazonSecurityLake-Provider-falco-eu-west-1";

/** Variables that make the SDK's default chain find nothing, and quickly. */
export const NO_CREDENTIALS: Readonly<Record<string, string | undefined>> = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_EC2_METADATA_DISABLED: "true",
  HOME: "/nowhere",
};

/** A configuration with a bucket at a fake S3, with keys and without a role. */
export function bucketConfig(
  endpoint: string,
  more: Readonly<Record<string, string>> = {},
): Config {
  const values: Readonly<Record<string, string>> = {
    AWS_ACCESSKEYID: ACCESS_KEY,
    AWS_SECRETACCESSKEY: SECRET_KEY,
    AWS_SECURITYLAKE_BUCKET: "bucket",
    AWS_SECURITYLAKE_PREFIX: "ext/falco",
    AWS_SECURITYLAKE_REGION: "eu-west-1",
    AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
    AWS_SECURITYLAKE_ENDPOINT: endpoint,
    AWS_SECURITYLAKE_FORCEPATHSTYLE: "true",
    ...more,
  };
  return loadConfig(undefined, (name) => values[name]).config;
}

/** A configuration with a folder. */
export const folderConfig = (directory: string): Config =>
  loadConfig(undefined, (name) => name === "LAKE_DIRECTORY" ? directory : undefined).config;

/** An STS with a user, and the sessions that it gave away. */
export interface UserSts extends StrictSts {
  readonly iam: Iam;
  /** Oldest first. */
  sessions(): Principal[];
}

/** An STS that knows the keys of `bucketConfig`, unless it is to know another one's. */
export function userSts(
  { accessKeyId = ACCESS_KEY, externalId, lifetime = 3600, decide = () => undefined }: {
    readonly accessKeyId?: string;
    /** What the provider role asks for; undefined for nothing. */
    readonly externalId?: string;
    /** Seconds that sessions last. */
    readonly lifetime?: number;
    /** An answer instead of STS's own. */
    readonly decide?: Fault<StsCall>;
  } = {},
): UserSts {
  const iam = new Iam();
  iam.addUser(accessKeyId, SECRET_KEY);
  const sessions = () => [...iam.principals.values()].filter(({ sessionToken }) => sessionToken);
  return Object.assign(strictSts(iam), { externalId, lifetime, fault: decide, iam, sessions });
}

/**
 * An S3 that takes requests of the newest session of `sts` alone, with its token and its signature,
 * and says of others that they have expired.
 */
export function sessionS3(
  sts: UserSts,
  decide: (put: ReceivedPut, count: number) => PutOutcome = () => 200,
): FakeS3 {
  return fakeS3((put, count) => {
    const session = sts.sessions().at(-1);
    const known = session && accessKeyOf(put.headers) === session.accessKeyId &&
      put.headers.get("x-amz-security-token") === session.sessionToken;
    if (!known) return s3Error(400, "ExpiredToken", "The provided token has expired.");
    if (!isSignedBy(put, session.secretAccessKey)) return s3Error(403, "SignatureDoesNotMatch");
    return decide(put, count);
  });
}
