import { describeAwsError } from "./aws_error.ts";

/** S3 API reference, "Error responses": what is wrong with the object or its name. */
const CODES = new Set([
  "BadDigest",
  "EntityTooLarge",
  "EntityTooSmall",
  "InvalidArgument",
  "InvalidDigest",
  "InvalidRequest",
  "InvalidURI",
  "KeyTooLongError",
  "MaxMessageLengthExceeded",
  "MetadataTooLarge",
  "XAmzContentChecksumMismatch",
  "XAmzContentSHA256Mismatch",
]);

/**
 * Whether a store has refused this object, and would again, where it may well take others: by one of
 * S3's codes, or with a status 4xx of which nothing else is known, as of a proxy to which a body is
 * too large (413). Not what concerns all objects: credentials, access, the bucket, its region.
 */
export function refusesObject(error: unknown): boolean {
  const { name, $metadata: { httpStatusCode: status = 0 } = {} } = error as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (status < 400 || status >= 500) return false;
  if (CODES.has(name ?? "")) return true;
  const failure = describeAwsError(error);
  return failure.class === "other" && failure.hint === "";
}
