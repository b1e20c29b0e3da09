import { promisify } from "node:util";
import { gunzip, inflate, zstdDecompress } from "node:zlib";
import type { ByteBudget } from "./byte_budget.ts";
import type { HttpRequest } from "./http.ts";

/** A whole, decompressed body; or why there is none. */
export type BodyOutcome =
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  /** Its encoding is unknown or broken; `sent` are its bytes as they came. */
  | { readonly kind: "unreadable"; readonly sent: Uint8Array; readonly reason: string }
  | { readonly kind: "tooLarge" | "busy"; readonly reason: string };

export interface BodyLimits {
  /** Bytes of a body as sent, and of one event. */
  readonly maxbodysize: number;
  /** Bytes of a body once decompressed. */
  readonly maxdecompressedsize: number;
}

/** Pieces that a body may come in: 4 MiB in chunks of a byte would keep the thread for seconds. */
const PIECES_MAX = 100_000;

const DECODERS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  zstd: promisify(zstdDecompress),
};

/** What is read of one request is taken from the budget of all; `release` gives it back. */
export class BodyReader {
  readonly #limits: BodyLimits;
  readonly #budget: ByteBudget;
  #held = 0;

  constructor(limits: BodyLimits, budget: ByteBudget) {
    this.#limits = limits;
    this.#budget = budget;
  }

  /**
   * Reads a request's body, decompressed by its Content-Encoding (falcosidekick ignores the header
   * and takes the compressed bytes for bad JSON). Never holds more than the limits.
   */
  async read(request: HttpRequest): Promise<BodyOutcome> {
    const { maxbodysize, maxdecompressedsize } = this.#limits;
    const declared = Number(request.header("content-length") ?? "0");
    if (declared > maxbodysize) {
      request.discardBody();
      return tooLarge(`${declared} bytes`, "receiver.maxbodysize", maxbodysize);
    }
    let refused: BodyOutcome | undefined;
    let pieces = 0;
    const sent = await request.readBody((bytes) => {
      if (++pieces > PIECES_MAX) {
        refused = { kind: "tooLarge", reason: `in more than ${PIECES_MAX} chunks` };
      } else if (this.#held + bytes > maxbodysize) {
        refused = tooLarge("more bytes", "receiver.maxbodysize", maxbodysize);
      } else if (!this.take(bytes)) refused = BUSY;
      return refused === undefined;
    });
    if (refused) return refused;

    const encoding = request.header("content-encoding")?.trim().toLowerCase() || "identity";
    if (encoding === "identity") return { kind: "body", bytes: sent };
    if (!Object.hasOwn(DECODERS, encoding)) {
      const reason = `Content-Encoding ${JSON.stringify(encoding.slice(0, 60))} is unknown`;
      return { kind: "unreadable", sent, reason };
    }
    if (!this.take(maxdecompressedsize)) return BUSY;
    try {
      const decode = DECODERS[encoding as keyof typeof DECODERS];
      const bytes = await decode(sent, { maxOutputLength: maxdecompressedsize });
      this.#give(maxdecompressedsize - bytes.length);
      return { kind: "body", bytes };
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") {
        return tooLarge("more bytes", "receiver.maxdecompressedsize", maxdecompressedsize);
      }
      const reason = `bad ${encoding} data: ${(error as Error).message}`;
      return { kind: "unreadable", sent, reason };
    }
  }

  /** To be called when the body is not needed any more. */
  release(): void {
    this.#give(this.#held);
  }

  /**
   * Takes what else is needed for this body, until it is released.
   *
   * @returns false, and takes nothing, when there is not that much left
   */
  take(bytes: number): boolean {
    const taken = this.#budget.take(bytes);
    if (taken) this.#held += bytes;
    return taken;
  }

  #give(bytes: number): void {
    this.#budget.give(bytes);
    this.#held -= bytes;
  }
}

const BUSY: BodyOutcome = { kind: "busy", reason: "too many bytes are being received already" };

const tooLarge = (what: string, key: string, limit: number): BodyOutcome => ({
  kind: "tooLarge",
  reason: `${what}, and ${key} is ${limit}`,
});
