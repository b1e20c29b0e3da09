import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import type { HttpRequest } from "./http.ts";

/** A whole, decompressed body; or why there is none. */
export type BodyOutcome =
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  | { readonly kind: "tooLarge"; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

export interface BodyLimits {
  /** Bytes as sent. */
  readonly maxbodysize: number;
  /** Bytes once decompressed. */
  readonly maxdecompressedsize: number;
}

const DECODERS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * Reads a request's body, decompressed by its Content-Encoding (falcosidekick ignores the header and
 * takes the compressed bytes for bad JSON). Never holds more than the limits.
 */
export async function readBody(request: HttpRequest, limits: BodyLimits): Promise<BodyOutcome> {
  const declared = Number(request.header("content-length") ?? "0");
  if (declared > limits.maxbodysize) {
    request.discardBody();
    return tooLarge(`${declared} bytes`, "receiver.maxbodysize", limits.maxbodysize);
  }
  const sent = await request.readBody(limits.maxbodysize);
  if (!sent) return tooLarge("More bytes", "receiver.maxbodysize", limits.maxbodysize);

  const encoding = request.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return { kind: "body", bytes: sent };
  if (!Object.hasOwn(DECODERS, encoding)) {
    return {
      kind: "unreadable",
      reason: `Content-Encoding ${JSON.stringify(encoding)} is unknown`,
    };
  }
  try {
    const decode = DECODERS[encoding as keyof typeof DECODERS];
    const bytes = await decode(sent, { maxOutputLength: limits.maxdecompressedsize });
    return { kind: "body", bytes };
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") {
      return tooLarge("More bytes", "receiver.maxdecompressedsize", limits.maxdecompressedsize);
    }
    return { kind: "unreadable", reason: `bad ${encoding} data: ${(error as Error).message}` };
  }
}

const tooLarge = (what: string, key: string, limit: number): BodyOutcome => ({
  kind: "tooLarge",
  reason: `${what} than ${key} allows (${limit})`.replace("bytes than", "bytes, more than"),
});
