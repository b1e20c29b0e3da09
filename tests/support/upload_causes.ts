import type { S3Answer } from "../../scripts/torture/s3_answer.ts";
import type { UploadRetryClass } from "../../src/telemetry/metrics.ts";

/** Why uploads go wrong, and what the agent has to say about it. */
export interface UploadCause {
  readonly name: string;
  readonly how:
    /** An answer instead of the good one. */
    | { readonly kind: "answer"; readonly answer: S3Answer; readonly from: "store" | "way" }
    /** The connection is cut. */
    | { readonly kind: "cut" }
    /** Nothing listens, or connections are closed as soon as they are there. */
    | { readonly kind: "away"; readonly reach: "refusing" | "closing" }
    /** The configuration names an endpoint that cannot be talked to. */
    | { readonly kind: "endpoint"; readonly endpoint: "unknown name" | "untrusted authority" };
  readonly class: UploadRetryClass;
  /** In the text of the failure: S3's code and status, or Node's. */
  readonly text: RegExp;
  /** In the hint; undefined when there is none. */
  readonly hint: RegExp | undefined;
}

const xml = (
  status: number,
  code: string,
  message: string,
  more = "",
  headers: Readonly<Record<string, string>> = {},
): S3Answer => ({
  status,
  headers: { "Content-Type": "application/xml", ...headers },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>` +
    `<Message>${message}</Message>${more}<RequestId>4442587FB7D0A2F9</RequestId></Error>`,
});

const html = (status: number, title: string): S3Answer => ({
  status,
  headers: { "Content-Type": "text/html", Via: "1.1 proxy" },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${title}</body></html>`,
});

const store = (answer: S3Answer) => ({ kind: "answer", answer, from: "store" }) as const;
const way = (answer: S3Answer) => ({ kind: "answer", answer, from: "way" }) as const;

/** The connection was cut; what an answer that breaks off comes to, whatever it began with. */
export const CUT: UploadCause = {
  name: "connection cut",
  how: { kind: "cut" },
  class: "network",
  text: /ECONNRESET|EPIPE|socket hang up|aborted/,
  hint: /the connection broke/,
};

/** Codes and messages as in the S3 API reference, "Error responses". */
export const UPLOAD_CAUSES: readonly UploadCause[] = [
  CUT,
  {
    name: "expired credentials",
    how: store(xml(400, "ExpiredToken", "The provided token has expired.")),
    class: "credentials",
    text: /ExpiredToken 400: The provided token has expired/,
    hint: /the session has expired/,
  },
  {
    name: "unknown key",
    how: store(xml(
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
    )),
    class: "credentials",
    text: /InvalidAccessKeyId 403/,
    hint: /AWS does not know this access key/,
  },
  {
    name: "wrong secret",
    how: store(xml(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    )),
    class: "credentials",
    text: /SignatureDoesNotMatch 403/,
    hint: /the secret key does not belong to the access key/,
  },
  {
    name: "access denied",
    how: store(xml(
      403,
      "AccessDenied",
      "User: arn:aws:iam::1:user/u is not authorized to perform: s3:PutObject because no " +
        "permissions boundary allows the s3:PutObject action",
    )),
    class: "access",
    text: /AccessDenied 403: .*s3:PutObject/,
    hint: /permissions boundary does not allow it/,
  },
  {
    name: "KMS denied",
    how: store(xml(
      403,
      "AccessDenied",
      "User: arn:aws:iam::1:user/u is not authorized to perform: kms:GenerateDataKey on resource",
    )),
    class: "access",
    text: /AccessDenied 403: .*kms:GenerateDataKey/,
    hint: /the bucket's KMS key must/,
  },
  {
    name: "no such bucket",
    how: store(xml(404, "NoSuchBucket", "The specified bucket does not exist")),
    class: "notfound",
    text: /NoSuchBucket 404/,
    hint: /there is no such bucket/,
  },
  {
    name: "wrong region",
    how: store(xml(
      400,
      "AuthorizationHeaderMalformed",
      "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting " +
        "'eu-central-1'",
      "<Region>eu-central-1</Region>",
    )),
    class: "other",
    text: /AuthorizationHeaderMalformed 400/,
    hint: /the bucket is in eu-central-1: see aws.region/,
  },
  {
    name: "throttled",
    how: store(xml(503, "SlowDown", "Please reduce your request rate.")),
    class: "throttled",
    text: /SlowDown 503: Please reduce your request rate/,
    hint: undefined,
  },
  {
    name: "clock skew",
    how: store(xml(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      "<ServerTime>2026-11-21T12:00:00Z</ServerTime>",
    )),
    class: "clockskew",
    text: /RequestTimeTooSkewed 403/,
    hint: /set this host's clock/,
  },
  {
    name: "S3's own timeout",
    how: store(xml(
      400,
      "RequestTimeout",
      "Your socket connection to the server was not read from or written to within the timeout " +
        "period.",
    )),
    class: "network",
    text: /RequestTimeout 400/,
    hint: /no answer in time/,
  },
  {
    name: "internal error",
    how: store(xml(500, "InternalError", "We encountered an internal error. Please try again.")),
    class: "server",
    text: /InternalError 500/,
    hint: undefined,
  },
  {
    name: "400 without a body",
    how: store({ status: 400 }),
    class: "other",
    text: / 400: /,
    hint: /not S3's own.*proxies/,
  },
  {
    name: "413 of a proxy",
    how: way(html(413, "Request Entity Too Large")),
    class: "other",
    text: / 413: /,
    hint: /no body of that size: .*lake\.maxfilesize/,
  },
  {
    name: "403 of a proxy",
    how: way(html(403, "Blocked by policy")),
    class: "access",
    text: / 403: /,
    hint: /not AWS's own form of it: see proxies/,
  },
  {
    name: "504 of a load balancer",
    how: way(html(504, "Gateway Time-out")),
    class: "server",
    text: / 504: /,
    hint: undefined,
  },
  {
    name: "200 of a proxy",
    how: way(html(200, "Sign in")),
    class: "other",
    text: /the answer has no ETag/,
    hint: undefined,
  },
  {
    name: "connection refused",
    how: { kind: "away", reach: "refusing" },
    class: "network",
    text: /ECONNREFUSED/,
    hint: /nothing listens there/,
  },
  {
    name: "connections closed",
    how: { kind: "away", reach: "closing" },
    class: "network",
    text: /ECONNRESET|EPIPE|socket hang up/,
    hint: /the connection broke/,
  },
  {
    name: "DNS failure",
    how: { kind: "endpoint", endpoint: "unknown name" },
    class: "network",
    text: /ENOTFOUND|EAI_AGAIN/,
    hint: /name cannot be resolved/,
  },
  {
    name: "untrusted authority",
    how: { kind: "endpoint", endpoint: "untrusted authority" },
    class: "network",
    text: /certificate|UnknownIssuer/i,
    hint: /an authority that is not trusted here/,
  },
];
