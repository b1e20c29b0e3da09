import type { UploadRetryClass } from "../telemetry/metrics.ts";
import type { AwsErrorFacts } from "./aws_error.ts";
import { deniedHint } from "./denied_hint.ts";
import type { Blame } from "./poison.ts";

export interface AwsErrorRule {
  readonly class: UploadRetryClass;
  when(facts: AwsErrorFacts): boolean;
  readonly hint: string | ((facts: AwsErrorFacts) => string);
  /** Whether it is about the object and no other; "none" when left out. */
  readonly refusesObject?: Blame;
}

/** One of these codes. */
const code = (...codes: string[]) => (facts: AwsErrorFacts): boolean =>
  codes.some((one) => facts.codes.includes(` ${one} `));

const status = (...statuses: number[]) => (facts: AwsErrorFacts): boolean =>
  statuses.includes(facts.status);

const message = (pattern: RegExp) => (facts: AwsErrorFacts): boolean => pattern.test(facts.message);

type Condition = (facts: AwsErrorFacts) => boolean;
const both = (a: Condition, b: Condition): Condition => (facts) => a(facts) && b(facts);
const either = (a: Condition, b: Condition): Condition => (facts) => a(facts) || b(facts);

/** IAM's code in STS's and in S3's answers; S3's 403 without a body, to a HEAD, has none. */
const denied = code("AccessDenied", "AccessDeniedException", "Forbidden", "UnauthorizedOperation");

/**
 * The first that fits counts. Codes: S3 API reference, "Error responses"; STS API reference,
 * "Common errors" and the actions' own; Node's errors, and the TLS errors of OpenSSL that Node names.
 */
export const AWS_ERROR_RULES: readonly AwsErrorRule[] = [
  {
    class: "clockskew",
    when: either(
      code("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"),
      message(/Signature (expired|not yet current)/),
    ),
    hint: "set this host's clock: AWS refuses one that is 5 (STS) or 15 (S3) minutes off; use NTP",
  },
  {
    class: "clockskew",
    when: either(code("CERT_NOT_YET_VALID"), message(/invalid peer certificate: NotValidYet/)),
    hint: "the server's certificate lies in the future: set this host's clock; use NTP",
  },
  {
    class: "throttled",
    when: code(
      "SlowDown",
      "Throttling",
      "ThrottlingException",
      "ThrottledException",
      "RequestLimitExceeded",
      "RequestThrottled",
      "TooManyRequestsException",
      "TooManyRequests",
      "BandwidthLimitExceeded",
      "KMS.ThrottlingException",
    ),
    hint: "",
  },
  {
    class: "credentials",
    when: code("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"),
    hint: "the session has expired: whatever provides the credentials must renew them",
  },
  {
    class: "credentials",
    when: code("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"),
    hint:
      "AWS does not know this access key: it was deleted or made inactive, belongs to another " +
      "partition, or its session token is missing or wrong",
  },
  {
    class: "credentials",
    when: code("InvalidToken", "MissingAuthenticationToken", "MissingSecurityHeader"),
    hint: "the session token does not belong to the access key",
  },
  {
    class: "credentials",
    when: code("SignatureDoesNotMatch", "IncompleteSignature"),
    hint: "the secret key does not belong to the access key, or a proxy changes requests",
  },
  {
    class: "credentials",
    when: code("InvalidIdentityToken", "IDPRejectedClaim", "IDPCommunicationError"),
    hint: "the web identity token was refused: see the role's trust policy and the OIDC provider",
  },
  {
    class: "credentials",
    when: message(/^(ENOENT|EACCES): /), // of Node's, which the SDK reads with, not of our disk
    hint: "a file that the environment names for credentials, such as " +
      "AWS_WEB_IDENTITY_TOKEN_FILE, cannot be read by the agent's user",
  },
  {
    class: "credentials",
    when: either(
      code("CredentialsProviderError", "ProviderError", "TokenProviderError"),
      message(/Could not load credentials|credential is (missing|invalid)/i),
    ),
    hint: "found no usable credentials: set aws.accesskeyid and aws.secretaccesskey, or " +
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the pod or the instance a role; a " +
      "profile of AWS_PROFILE must stand in a file that the agent's user can read",
  },
  {
    class: "other",
    when: code(
      "PermanentRedirect",
      "TemporaryRedirect",
      "AuthorizationHeaderMalformed",
      "IllegalLocationConstraintException",
      "InvalidRegionName",
    ),
    hint: wrongRegion,
  },
  { class: "other", when: status(301, 307), hint: wrongRegion },
  {
    class: "access",
    when: both(denied, message(/sts:AssumeRole/)),
    hint: "the role's trust policy must name these credentials, with aws.externalid as its " +
      "sts:ExternalId if it asks for one, and their own policy must allow sts:AssumeRole",
  },
  {
    class: "access",
    when: either(
      code("KMS.DisabledException", "KMS.NotFoundException", "KMS.KMSInvalidStateException"),
      both(denied, message(/kms:/i)),
    ),
    hint: "the bucket's KMS key must be enabled and allow kms:GenerateDataKey and kms:Decrypt",
  },
  {
    class: "access",
    when: either(denied, code("AllAccessDisabled", "AccountProblem", "RegionDisabledException")),
    hint: ({ message }) => deniedHint(message),
  },
  {
    class: "notfound",
    when: code("NoSuchBucket"),
    hint: "see aws.securitylake.bucket: there is no such bucket, or not at this endpoint",
  },
  {
    class: "other",
    when: code(
      "BadDigest",
      "EntityTooLarge",
      "EntityTooSmall",
      "InvalidDigest",
      "InvalidURI",
      "KeyTooLongError",
      "MaxMessageLengthExceeded",
      "MetadataTooLarge",
      "XAmzContentChecksumMismatch",
      "XAmzContentSHA256Mismatch",
    ),
    hint: "",
    refusesObject: "sure",
  },
  {
    class: "network",
    when: code("ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_FAIL"),
    hint:
      "the endpoint's name cannot be resolved: see DNS, the region and the endpoint's name, and " +
      "forcepathstyle when the bucket stands in front of it",
  },
  {
    class: "network",
    when: either(
      code(
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "UNABLE_TO_GET_ISSUER_CERT",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
      ),
      message(/invalid peer certificate: UnknownIssuer/),
    ),
    hint: "the server's certificate is of an authority that is not trusted here: if it is right, " +
      "put the authority's certificate into tlsclient.cacertfile",
  },
  {
    // Seen in Deno 2.8.3 with the agent's permissions.
    class: "other",
    when: both(code("NotCapable"), message(/sys access to "ca"/)),
    hint: "unset NODE_EXTRA_CA_CERTS, which Deno may not read here; tlsclient.cacertfile does that",
  },
  {
    class: "network",
    when: either(
      code("ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"),
      message(/invalid peer certificate: NotValidForName/),
    ),
    hint:
      "the server's certificate is for another name: see the endpoint, and forcepathstyle when " +
      "the bucket's name has dots",
  },
  {
    class: "network",
    when: either(code("CERT_HAS_EXPIRED"), message(/invalid peer certificate: Expired/)),
    hint: "the server's certificate has expired, or this host's clock is wrong",
  },
  {
    class: "network",
    when: code("EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "HPE_INVALID_CONSTANT"),
    hint: "the endpoint does not speak what its URL says: https:// or http://",
  },
  {
    class: "network",
    when: code("ECONNREFUSED"),
    hint: "nothing listens there: see the endpoint's host and port, and firewalls",
  },
  {
    class: "network",
    when: code("EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN"),
    hint: "there is no way to the endpoint: see routes, firewalls and VPC endpoints",
  },
  {
    // Before timeouts: the SDK names these TimeoutError as well.
    class: "network",
    when: code("ECONNRESET", "EPIPE", "ECONNABORTED"),
    hint:
      "the connection broke: see proxies, load balancers, and https:// or http:// of the endpoint",
  },
  {
    class: "network",
    when: both(code("TimeoutError", "ETIMEDOUT", "RequestTimeout"), (facts) => facts.status < 500),
    hint: "no answer in time: see firewalls, proxies, VPC endpoints and the bandwidth",
  },
  {
    class: "network",
    when: status(407),
    hint: "a proxy on the way wants a login, which the agent has not",
  },
  { class: "network", when: status(408), hint: "something on the way got the request too slowly" },
  { class: "throttled", when: status(429, 503), hint: "" },
  { class: "server", when: (facts) => facts.status >= 500, hint: "" },
  {
    class: "access",
    when: status(401, 403),
    hint: "the answer is not AWS's own form of it: see proxies on the way, then policies",
  },
  {
    class: "other",
    when: status(413),
    hint: "something on the way takes no body of that size: see proxies, and lake.maxfilesize",
    refusesObject: "sure",
  },
  {
    class: "other",
    when: both(status(400), code("Unknown")), // as the SDK calls an error without S3's code
    hint: "the answer is not S3's own, which would say why: see the endpoint, and proxies",
    refusesObject: "sure",
  },
  {
    class: "notfound",
    when: status(404),
    hint: "see aws.securitylake.bucket, the endpoint and forcepathstyle",
  },
];

function wrongRegion({ region }: AwsErrorFacts): string {
  const where = region === "" ? "another region" : region;
  return `the bucket is in ${where}: see aws.region, aws.securitylake.region and .endpoint`;
}
