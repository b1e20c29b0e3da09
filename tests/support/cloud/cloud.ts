import { containerCredentials } from "./container.ts";
import { Iam } from "./iam.ts";
import { imds } from "./imds.ts";
import { strictS3 } from "./s3.ts";
import { strictSts } from "./sts.ts";

/** A small AWS of a test's own, strict where AWS is. */
export type Cloud = ReturnType<typeof cloud>;

/** Services with one IAM and one clock, each on a port of its own. */
export function cloud() {
  const iam = new Iam();
  const services = {
    s3: strictS3(iam),
    sts: strictSts(iam),
    imds: imds(iam),
    container: containerCredentials(iam),
  };
  return {
    iam,
    ...services,
    [Symbol.asyncDispose]: async () => {
      for (const service of Object.values(services)) await service[Symbol.asyncDispose]();
    },
  };
}

/** Of the provider role: its trust policy asks for an external id. */
export const PROVIDER_ROLE =
  "arn:aws:iam::123456789012:role/AmazonSecurityLake-Provider-falco-eu-west-1";

/**
 * Settings for an agent with a lake there and no credentials: no region but the bucket's, and
 * AWS's own endpoints, which variables of the SDK's move to here.
 *
 * @param directory where shared files would be
 */
export const cloudEnvironment = (
  { s3, sts, imds }: Cloud,
  directory: string,
): Readonly<Record<string, string>> => ({
  AWS_SECURITYLAKE_BUCKET: "lake",
  AWS_SECURITYLAKE_PREFIX: "ext/falco",
  AWS_SECURITYLAKE_REGION: "eu-west-1",
  AWS_SECURITYLAKE_ACCOUNTID: "123456789012",
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  AWS_ENDPOINT_URL_STS: sts.endpoint,
  AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint,
  AWS_SHARED_CREDENTIALS_FILE: `${directory}/credentials`,
  AWS_CONFIG_FILE: `${directory}/config`,
});
