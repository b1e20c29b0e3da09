/**
 * The policy that IAM names in a refusal, and what to do about it. Source: IAM user guide,
 * "Troubleshoot access denied error messages"; S3 says them since 2024, to its own account.
 */
const POLICIES: readonly [pattern: RegExp, hint: string][] = [
  [
    /permissions boundary/,
    "the role's permissions boundary does not allow it: Security Lake's allows s3:PutObject to " +
    "aws-security-data-lake* buckets alone, without ACL, tags or encryption headers",
  ],
  [
    /service control polic(y|ies)|resource control polic(y|ies)/,
    "a policy of the AWS organization denies it: ask who keeps the organization's accounts",
  ],
  [/VPC endpoint policy/, "the policy of the VPC endpoint that requests go through denies it"],
  [/session policy/, "the policy of the session denies it: see what hands out the credentials"],
  [/resource-based policy/, "the bucket's policy denies it, or must allow it to this account"],
  [
    /identity-based policy/,
    "the policy of the role or user must allow s3:PutObject below aws.securitylake.prefix, and " +
    "not deny it",
  ],
];

const UNKNOWN =
  "look at the role's policy (s3:PutObject below aws.securitylake.prefix), its permissions " +
  "boundary, the bucket's policy and its KMS key";

/** What to do about a refusal. @param message S3's */
export const deniedHint = (message: string): string =>
  POLICIES.find(([pattern]) => pattern.test(message))?.[1] ?? UNKNOWN;
