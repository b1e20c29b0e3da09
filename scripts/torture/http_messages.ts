/** The start line and the headers of an HTTP/1.1 message. */
export interface MessageHead {
  /** "PUT /path HTTP/1.1" or "HTTP/1.1 200 OK". */
  readonly startLine: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Reads the messages of a raw connection one by one. Not `fetch` and not `Deno.serve`: here the
 * moments between the bytes matter, and where to cut.
 */
export class HttpMessages {
  readonly #connection: Deno.Conn;
  readonly #chunk = new Uint8Array(1 << 14);
  #pending = new Uint8Array(0);

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** @returns undefined when the connection ends before that */
  async head(): Promise<MessageHead | undefined> {
    for (;;) {
      const text = latin1.decode(this.#pending);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#pending = this.#pending.slice(end + 4);
        const [startLine = "", ...lines] = text.slice(0, end).split("\r\n");
        return { startLine, headers: new Map(lines.map(parseHeader)) };
      }
      if (!await this.#more()) return undefined;
    }
  }

  /** @returns undefined when the connection ends before `length` bytes have come */
  async body(length: number): Promise<Uint8Array | undefined> {
    const body = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (this.#pending.length === 0 && !await this.#more()) return undefined;
      const part = this.#pending.subarray(0, length - filled);
      body.set(part, filled);
      filled += part.length;
      this.#pending = this.#pending.slice(part.length);
    }
    return body;
  }

  async #more(): Promise<boolean> {
    const count = await this.#connection.read(this.#chunk);
    if (count === null) return false;
    const pending = new Uint8Array(this.#pending.length + count);
    pending.set(this.#pending);
    pending.set(this.#chunk.subarray(0, count), this.#pending.length);
    this.#pending = pending;
    return true;
  }
}

const latin1 = new TextDecoder("latin1");

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** Writes all of it. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await connection.write(bytes.subarray(written));
  }
}

/** Whether an error says that a connection broke, or was closed by ourselves meanwhile. */
export function isBroken(error: unknown): boolean {
  const { BadResource, BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset } =
    Deno.errors;
  return [BadResource, BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset]
    .some((kind) => error instanceof kind) || error instanceof Deno.errors.Interrupted;
}
