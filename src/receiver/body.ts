import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";

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
 * takes the compressed bytes for bad JSON). Never holds more than the limits; a refused body is
 * cancelled, because the server is several times slower with bodies that nobody reads.
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<BodyOutcome> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > limits.maxbodysize) {
    await request.body?.cancel();
    return tooLarge(`${declared} bytes`, "receiver.maxbodysize", limits.maxbodysize);
  }
  const sent = request.headers.has("content-length")
    ? await request.bytes()
    : await readBounded(request.body, limits.maxbodysize);
  if (!sent) return tooLarge("More bytes", "receiver.maxbodysize", limits.maxbodysize);

  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
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

async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > limit) return undefined; // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
