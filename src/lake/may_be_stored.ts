import { describeAwsError } from "./aws_error.ts";

/** Of the SDK's errors. */
interface Loose {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/**
 * Whether an object may stand in a bucket although its PutObject failed: not when S3 has refused it
 * (4xx), or when nothing was sent. When the SDK has tried twice, nothing is known of the first time.
 */
export function mayBeStored(error: unknown): boolean {
  const { code, $metadata: { httpStatusCode: status = 0, attempts = 1 } = {} } = error as Loose;
  if (attempts !== 1) return true;
  const isRefused = status >= 400 && status < 500;
  const isUnsent = describeAwsError(error).class === "credentials" ||
    ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED"].includes(code ?? "");
  return !isRefused && !isUnsent;
}

/**
 * Whether S3 says that these credentials may not put the object under its key. Not when STS or KMS
 * is what denies, or a proxy, which does not know S3's words.
 */
export function refusesKey(error: unknown): boolean {
  const { name, message = "", $metadata: { httpStatusCode: status } = {} } = error as Loose;
  return status === 403 && name === "AccessDenied" && !/\b(sts|kms):/.test(message);
}
