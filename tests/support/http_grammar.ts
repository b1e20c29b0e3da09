import { Buffer } from "node:buffer";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { eventText } from "../../scripts/torture/event_text.ts";
import type { Ledger } from "../../scripts/torture/ledger.ts";

/** Bytes; what the agent has to have as `receiver.maxbodysize` and `receiver.maxdecompressedsize`. */
export const MAX_BODY = 64 * 1024;
export const MAX_DECOMPRESSED = 256 * 1024;

/** A request, or what looks a little like one, with what must come of it. */
export interface FuzzedRequest {
  readonly bytes: Uint8Array;
  /** The statuses that are right; 503 always is. Empty for requests that end before their end. */
  readonly statuses: readonly number[];
  /** Events that are in the lake once it got one of them. */
  readonly ids: readonly number[];
  /** Events that must never be there: no request has them as its body. */
  readonly hidden: readonly number[];
  /** Whether it may be an event that differs from all others, should it be answered 200. */
  readonly mutant: boolean;
  readonly toHead: boolean;
  /** Whether the connection can be used for another one. */
  readonly last: boolean;
}

interface Body {
  readonly bytes: Uint8Array;
  readonly statuses: readonly number[];
  readonly ids: readonly number[];
  readonly mutant: boolean;
}

/** Draws requests; what is in them counts as sent. */
export class HttpGrammar {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #ledger: Ledger;

  constructor(seed: number, random: () => number, ledger: Ledger) {
    this.#seed = seed;
    this.#random = random;
    this.#ledger = ledger;
  }

  /** A request whose end is where it says, whatever it says. */
  framed(): FuzzedRequest {
    if (this.#random() < 0.05) return this.#withoutEvents();
    const plain = this.#body();
    const { bytes, encoding, ...outcome } = this.#encode(plain);
    const headers = [...this.#noise(), ...encoding];
    if (this.#random() < 0.02) headers.push("Expect: 100-continue");
    const old = this.#random() < 0.02;
    const closes = old || this.#random() < 0.02;
    if (closes && !old) headers.push("Connection: close");
    const chunks = !old && this.#random() < 0.3;
    headers.push(chunks ? "Transfer-Encoding: chunked" : `Content-Length: ${bytes.length}`);
    const target = this.#pick(["/", "/", "/", "/a/b?c=d", "http://x/y", "//", "/%00"]);
    return {
      ...outcome,
      bytes: concat(
        `POST ${target} HTTP/1.${old ? 0 : 1}\r\nHost: x\r\n`,
        this.#shuffled(headers).map((line) => `${line}\r\n`).join(""),
        "\r\n",
        chunks ? this.#chunked(bytes) : bytes,
      ),
      hidden: [],
      toHead: false,
      last: closes,
    };
  }

  /** One after which nobody can say where the next begins, or that is cut off. */
  broken(): FuzzedRequest {
    const hidden = this.#ledger.send();
    const event = Buffer.from(eventText(this.#seed, hidden));
    const [length, size] = [event.length, event.length.toString(16)];
    const post = "POST / HTTP/1.1\r\nHost: x\r\n";
    const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;
    const whole = concat(`${post}Content-Length: ${length}\r\n\r\n`, event);
    const bad = (...parts: readonly (string | Uint8Array)[]) => this.#last(hidden, [400], ...parts);
    const cut = (bytes: Uint8Array) => this.#last(hidden, [], bytes);
    return this.#pick([
      () => bad(`${post}Content-Length: ${length}\r\nTransfer-Encoding: chunked\r\n\r\n`, event),
      () => bad(`${post}Content-Length: ${length}\r\nContent-Length: 5\r\n\r\n`, event),
      () =>
        bad(`${post}Content-Length: ${this.#pick(["-1", "0x9", "1e3", "+5", ""])}\r\n\r\n`, event),
      () => bad(`${post}Content-Length : ${length}\r\n\r\n`, event),
      () => bad(`${post}Transfer-Encoding: xchunked\r\n\r\n${size}\r\n`, event, "\r\n0\r\n\r\n"),
      () =>
        bad(`${chunked}${this.#pick(["zz", "-1", "f".repeat(20)])}\r\n`, event, "\r\n0\r\n\r\n"),
      () => bad(`${chunked}${(length - 3).toString(16)}\r\n`, event, "\r\n0\r\n\r\n"),
      () => bad(`${post}no colon\r\n\r\n`, event),
      () => bad(`${post}A: b\0c\r\nContent-Length: ${length}\r\n\r\n`, event),
      () => bad(`post / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`, event),
      () => bad(`POST / HTTP/3.7\r\nContent-Length: ${length}\r\n\r\n`, event),
      () => bad(this.#noiseBytes(30), "\r\n\r\n", event),
      () => this.#last(hidden, [431], `${post}A: ${"x".repeat(20_000)}\r\n\r\n`),
      () => this.#last(hidden, [413], `${post}Content-Length: ${MAX_BODY + 1}\r\n\r\n`, event),
      () => this.#last(hidden, [413], chunked, this.#flood()),
      () => cut(concat(`${post}Content-Length: ${length + 1 + this.#below(9)}\r\n\r\n`, event)),
      () => cut(concat(`${chunked}${size}\r\n`, event, this.#pick(["", "\r\n", "\r\n0"]))),
      () => cut(whole.subarray(0, this.#below(whole.length))),
    ])();
  }

  #last(
    hidden: number,
    statuses: readonly number[],
    ...parts: readonly (string | Uint8Array)[]
  ): FuzzedRequest {
    const bytes = concat(...parts);
    const rest = { ids: [], hidden: [hidden], mutant: false, toHead: false, last: true };
    return { bytes, statuses, ...rest };
  }

  #withoutEvents(): FuzzedRequest {
    const [method, target, status] = this.#pick(
      [
        ["GET", "/ping", 200],
        ["GET", "/healthz", 200],
        ["HEAD", "/ping", 200],
        ["GET", "/", 400],
        ["DELETE", "/x", 400],
        ["POST", "/", 400],
      ] as const,
    );
    const head = `${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
    const rest = { ids: [], hidden: [], mutant: false, last: false };
    return { bytes: concat(head), statuses: [status], toHead: method === "HEAD", ...rest };
  }

  #body(): Body {
    const kind = this.#random();
    const good = (ids: readonly number[], text: string, statuses = [200]): Body => ({
      bytes: Buffer.from(text),
      statuses,
      ids,
      mutant: false,
    });
    if (kind < 0.6) {
      const ids = this.#ids(1);
      const space = () => this.#random() < 0.1 ? this.#pick([" ", "\n", "\r\n\t", " \n \n"]) : "";
      return good(ids, `${space()}${this.#texts(ids)[0]}${space()}`);
    }
    const ids = this.#ids(2 + this.#below(4));
    const texts = this.#texts(ids);
    if (kind < 0.68) return good(ids, texts.join(this.#pick(["\n", "\r\n", "\n\n", "", " "])));
    if (kind < 0.73) return good(ids, `[${texts.join(this.#pick([",", ", ", "\n,\n"]))}]`);
    if (kind < 0.78) {
      // One bad line costs no good one.
      texts.splice(this.#below(texts.length + 1), 0, this.#pick(["{", "nonsense", "{}", "[1]"]));
      return good(ids, texts.join("\n"), [400]);
    }
    const bytes = kind < 0.97 ? this.#mutated(Buffer.from(MUTANT)) : this.#noiseBytes(300);
    return { bytes, statuses: [200, 400], ids: [], mutant: true };
  }

  #encode(body: Body): Body & { readonly encoding: readonly string[] } {
    const kind = this.#random();
    if (kind < 0.85) return { ...body, encoding: [] };
    const [name, compress] = this.#pick(
      [
        ["gzip", gzipSync],
        ["x-gzip", gzipSync],
        ["deflate", deflateSync],
        ["zstd", zstdCompressSync],
      ] as const,
    );
    const encoding = [`Content-Encoding: ${name}`];
    if (kind < 0.95) return { ...body, bytes: compress(body.bytes), encoding };
    const nothing = { ids: [], mutant: false, encoding };
    if (kind < 0.96) {
      return { ...nothing, bytes: compress(new Uint8Array(MAX_DECOMPRESSED + 1)), statuses: [413] };
    }
    const bytes = compress(body.bytes);
    if (kind < 0.98) return { ...nothing, bytes: bytes.subarray(0, -2), statuses: [400] };
    return { ...nothing, bytes, encoding: ["Content-Encoding: br"], statuses: [400] };
  }

  /** Headers that change nothing. */
  #noise(): string[] {
    return Array.from({ length: this.#random() < 0.5 ? 0 : this.#below(8) }, () =>
      this.#pick([
        "User-Agent: falcosecurity/falco",
        "ACCEPT: */*",
        "content-type: application/json",
        "TE: gzip",
        "Connection: TE",
        `X-${this.#below(1e6)}: ${"v".repeat(this.#below(60))}`,
        'Content-Type: text/plain;\tcharset="x"',
        "X-Empty:",
        "Accept-Encoding: gzip, br;q=0",
        "Cookie: a=b; c=\xe9",
      ]));
  }

  #chunked(bytes: Uint8Array): Uint8Array {
    const parts: (string | Uint8Array)[] = [];
    const most = this.#pick([1, 7, 100, 4096]);
    for (let at = 0; at < bytes.length;) {
      const size = 1 + this.#below(Math.max(most, bytes.length >> 6));
      const piece = bytes.subarray(at, at + size);
      const extension = this.#random() < 0.05 ? this.#pick([";a", ";a=b", ';a="b;c"']) : "";
      parts.push(`${piece.length.toString(16)}${extension}\r\n`, piece, "\r\n");
      at += size;
    }
    return concat(...parts, "0\r\n", this.#random() < 0.1 ? "X-Trailer: 1\r\n" : "", "\r\n");
  }

  /** Chunks of more than the agent takes, without an end. */
  #flood(): Uint8Array {
    const chunk = `2000\r\n${"x".repeat(0x2000)}\r\n`;
    return concat(chunk.repeat(MAX_BODY / 0x2000 + 1));
  }

  #mutated(bytes: Uint8Array): Uint8Array {
    let mutated = bytes;
    for (let left = 1 + this.#below(4); left > 0; left--) {
      const at = this.#below(mutated.length);
      const removed = this.#below(3);
      mutated = concat(
        mutated.subarray(0, at),
        this.#noiseBytes(this.#below(3)),
        mutated.subarray(at + removed),
      );
    }
    return mutated;
  }

  #noiseBytes(most: number): Uint8Array {
    return Uint8Array.from({ length: this.#below(most + 1) }, () => this.#below(256));
  }

  #ids(count: number): number[] {
    return Array.from({ length: count }, () => this.#ledger.send());
  }

  #texts(ids: readonly number[]): string[] {
    return ids.map((id) => eventText(this.#seed, id));
  }

  #shuffled<T>(values: readonly T[]): T[] {
    return values.map((value) => ({ value, key: this.#random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** Told from all other events, however it is mutated, by what its beginning cannot be. */
const MUTANT = JSON.stringify({
  mutant: true,
  output: "A mutant\u0000 ✓",
  output_fields: { "evt.time": 1507591916746609000, "proc.cmdline": 'sh -c "x\\y"', a: [1, null] },
  priority: "Warning",
  rule: "A rule",
  source: "syscall",
  tags: ["a"],
  time: "2026-11-21T12:00:00.5Z",
});

const concat = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part) : part));
