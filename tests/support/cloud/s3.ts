import { crc32 } from "node:zlib";
import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { accessKeyOf, regionOf, type SignedRequest } from "../sigv4.ts";
import type { Iam, Refusal } from "./iam.ts";
import { type Fault, serve, type Service, xml } from "./service.ts";

export interface S3Call extends SignedRequest {
  /** Percent-decoded: "/bucket/key". */
  readonly path: string;
  readonly accessKeyId: string | undefined;
  /** That it is signed for. */
  readonly region: string | undefined;
}

export interface StrictS3 extends Service {
  readonly calls: S3Call[];
  /** By path. */
  readonly objects: Map<string, Uint8Array>;
  /** Of every bucket. */
  region: string;
  fault: Fault<S3Call>;
}

/** Milliseconds. S3 API reference, "Error responses", RequestTimeTooSkewed. */
const SKEW_MAX = 900_000;

/** What the provider role's boundary denies: ACL, tags, encryption, retention, and multipart. */
const DENIED_HEADER =
  /^x-amz-(acl|grant-.*|tagging|server-side-encryption.*|object-lock-.*|website-.*)$/;
const DENIED_QUERY = /[?&](acl|tagging|uploads|uploadId|partNumber|retention|legal-hold)\b/;

const REFUSALS: Readonly<Record<Refusal, readonly [number, string, string]>> = {
  unsigned: [403, "AccessDenied", "Access Denied"],
  "unknown key": [
    403,
    "InvalidAccessKeyId",
    "The AWS Access Key Id does not exist in our records.",
  ],
  "wrong token": [400, "InvalidToken", "The provided token is malformed or otherwise invalid."],
  expired: [400, "ExpiredToken", "The provided token has expired."],
  "wrong signature": [403, "SignatureDoesNotMatch", "The request signature does not match."],
};

/** An S3 that checks as S3 does, and allows what Security Lake's provider role may: to put. */
export function strictS3(iam: Iam): StrictS3 {
  const calls: S3Call[] = [];
  const objects = new Map<string, Uint8Array>();
  const refuse = (call: S3Call): Response | undefined => {
    const { headers, body, url } = call;
    const skew = iam.skewOf(headers);
    if (Math.abs(skew) > SKEW_MAX) {
      const [sent, now] = [iam.now() + skew, iam.now()].map((time) => new Date(time).toISOString());
      return s3Error(
        403,
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        `<RequestTime>${sent}</RequestTime><ServerTime>${now}</ServerTime>` +
          `<MaxAllowedSkewMilliseconds>${SKEW_MAX}</MaxAllowedSkewMilliseconds>`,
      );
    }
    if (call.region !== s3.region) {
      const message = `The authorization header is malformed; the region '${call.region}' is ` +
        `wrong; expecting '${s3.region}'`;
      const more = `<Region>${s3.region}</Region>`;
      return s3Error(400, "AuthorizationHeaderMalformed", message, more);
    }
    const principal = iam.authenticate(call);
    if (typeof principal === "string") return s3Error(...REFUSALS[principal]);
    if (
      call.method !== "PUT" || DENIED_QUERY.test(url) ||
      [...headers.keys()].some((name) => DENIED_HEADER.test(name))
    ) return s3Error(403, "AccessDenied", `${principal.arn} is not authorized`);
    const sha256 = createHash("sha256").update(body).digest("hex");
    if (headers.get("x-amz-content-sha256") !== sha256) {
      return s3Error(400, "XAmzContentSHA256Mismatch", "The provided hash is another.");
    }
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    if (headers.get("x-amz-checksum-crc32") !== sum.toString("base64")) {
      return s3Error(400, "BadDigest", "The CRC32 you specified did not match.");
    }
    return undefined;
  };
  const service = serve(() => iam.now(), async (request) => {
    const call = {
      ...request,
      path: decodeURIComponent(new URL(request.url).pathname),
      accessKeyId: accessKeyOf(request.headers),
      region: regionOf(request.headers),
    };
    calls.push(call);
    const answer = await s3.fault(call, calls.length) ?? refuse(call);
    if (answer) return answer;
    objects.set(call.path, call.body);
    return new Response(null, { headers: { etag: `"${crc32(call.body)}"` } });
  });
  const s3: StrictS3 = {
    ...service,
    calls,
    objects,
    region: "eu-west-1",
    fault: () => undefined,
  };
  return s3;
}

/** @param more elements beside code and message */
const s3Error = (status: number, code: string, message: string, more = ""): Response =>
  xml(
    status,
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code>` +
      `<Message>${message}</Message>${more}<RequestId>EXAMPLE</RequestId></Error>`,
  );
