import { createHash, createHmac } from "node:crypto";

const sha256 = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Uint8Array, data: string) =>
  createHmac("sha256", key).update(data).digest();

/** A request as it was sent, for its signature. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** The access key id that a request names; undefined when it is not signed. */
export const accessKeyOf = (headers: Headers): string | undefined =>
  AUTHORIZATION.exec(headers.get("authorization") ?? "")?.[1];

/** The region that a request is signed for. */
export const regionOf = (headers: Headers): string | undefined =>
  AUTHORIZATION.exec(headers.get("authorization") ?? "")?.[3];

/**
 * Whether a request's Signature Version 4 is that of a secret key, calculated by us. Source: IAM
 * user guide, "Create a signed AWS API request". Host, date and session token must be signed.
 */
export function isSignedBy(request: SignedRequest, secret: string): boolean {
  const { headers } = request;
  const parts = AUTHORIZATION.exec(headers.get("authorization") ?? "");
  if (!parts) return false;
  const [, , day, region, service, signed, signature] = parts as unknown as string[];
  const names = signed!.split(";");
  const needed = ["host", "x-amz-date"];
  if (headers.has("x-amz-security-token")) needed.push("x-amz-security-token");
  if (needed.some((name) => !names.includes(name))) return false;
  const hash = headers.get("x-amz-content-sha256") ?? sha256(request.body);
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(request.body)) return false;
  const url = new URL(request.url);
  const query = [...url.searchParams].map(([name, value]) =>
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  ).sort().join("&");
  const lines = names.map((name) => `${name}:${headers.get(name)?.trim().replace(/ +/g, " ")}\n`);
  const canonical = [
    request.method,
    url.pathname,
    query,
    lines.join(""),
    signed,
    hash,
  ].join("\n");
  const date = headers.get("x-amz-date")!;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = [region!, service!, "aws4_request"].reduce<string | Uint8Array>(
    hmac,
    hmac(`AWS4${secret}`, day!),
  );
  return hmac(key, text).toString("hex") === signature;
}
