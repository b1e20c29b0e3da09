import assert from "node:assert/strict";
import type { SpawnedAgent } from "../../scripts/spawn_agent.ts";
import { isBroken } from "../../scripts/torture/http_messages.ts";
import { makeEvent } from "./make_event.ts";
import { flush, post, sandbox } from "./sandbox.ts";
import { folderLake, rowsOf } from "./test_lake.ts";

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const encoder = new TextEncoder();
const latin1 = new TextDecoder("latin1");

/**
 * A connection that any bytes can be sent over, for requests that no HTTP client would make. It
 * reads the answers one by one.
 */
export class RawHttp implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #chunk = new Uint8Array(1 << 14);
  #pending = "";
  #ended = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async connect(port: number): Promise<RawHttp> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    // As most HTTP clients do: else what is sent in two pieces waits for the first one's ACK.
    connection.setNoDelay();
    return new RawHttp(connection);
  }

  /** @returns false when the other end has closed or broken the connection meanwhile */
  async send(...parts: readonly (string | Uint8Array)[]): Promise<boolean> {
    try {
      for (const part of parts) {
        const bytes = typeof part === "string" ? encoder.encode(part) : part;
        for (let sent = 0; sent < bytes.length;) {
          sent += await this.#connection.write(bytes.subarray(sent));
        }
      }
      return true;
    } catch (error) {
      if (isBroken(error)) return false;
      throw error;
    }
  }

  /** Sends nothing more and goes on reading: a half-open connection. */
  finish(): Promise<void> {
    return this.#connection.closeWrite();
  }

  /**
   * The next answer; those with 1xx are answers of their own.
   *
   * @param toHead whether it answers a HEAD, so that no body follows (RFC 9112, 6.3)
   * @returns undefined when the connection ends before its end
   */
  async answer(toHead = false): Promise<RawAnswer | undefined> {
    const head = await this.#until("\r\n\r\n");
    if (head === undefined) return undefined;
    const [startLine = "", ...lines] = head.split("\r\n");
    const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(startLine)?.[1]);
    if (!status) throw new Error(`Not an answer: ${JSON.stringify(head.slice(0, 200))}`);
    const headers = new Map(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const body = toHead || status < 200 ? "" : await this.#body(headers);
    return body === undefined ? undefined : { status, headers, body };
  }

  /** All that is still answered until the other end closes; without 1xx. */
  async rest(): Promise<RawAnswer[]> {
    const answers: RawAnswer[] = [];
    for (let next = await this.answer(); next; next = await this.answer()) {
      if (next.status >= 200) answers.push(next);
    }
    return answers;
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #body(headers: ReadonlyMap<string, string>): Promise<string | undefined> {
    const length = headers.get("content-length");
    if (length !== undefined) return await this.#take(Number(length));
    if (headers.get("transfer-encoding") === "chunked") {
      for (let body = "";;) {
        const line = await this.#until("\r\n");
        const piece = line === undefined ? undefined : await this.#take(parseInt(line, 16) + 2);
        if (piece === undefined || piece === "\r\n") return piece && body;
        body += piece.slice(0, -2);
      }
    }
    while (await this.#more());
    return this.#take(this.#pending.length);
  }

  async #until(mark: string): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf(mark);
      if (end >= 0) return (await this.#take(end + mark.length))!.slice(0, -mark.length);
      if (!await this.#more()) return undefined;
    }
  }

  async #take(length: number): Promise<string | undefined> {
    while (this.#pending.length < length) if (!await this.#more()) return undefined;
    const taken = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    return taken;
  }

  /** @throws when nothing comes, although the connection stays open */
  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const late = Promise.withResolvers<never>();
    const error = new Error(`Nothing came in ${PATIENCE / 1000} s, and no end`);
    const timer = setTimeout(() => late.reject(error), PATIENCE);
    try {
      const count = await Promise.race([this.#connection.read(this.#chunk), late.promise]);
      if (count !== null) {
        this.#pending += latin1.decode(this.#chunk.subarray(0, count));
        return true;
      }
    } catch (error) {
      if (!isBroken(error)) throw error;
    } finally {
      clearTimeout(timer);
    }
    this.#ended = true;
    return false;
  }
}

/** Milliseconds; no agent under test takes that long. */
const PATIENCE = 30_000;

/** Beginnings of requests, which headers and an empty line follow. */
export const HEAD = "POST / HTTP/1.1\r\nHost: x\r\n";
export const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n`;
/** A whole request. */
export const PING = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";

/** @param length what the request says, right or wrong */
export const sized = (body: string, headers = "", length = body.length): string =>
  `${HEAD}${headers}Content-Length: ${length}\r\n\r\n${body}`;

export const chunk = (text: string, extension = ""): string =>
  `${text.length.toString(16)}${extension}\r\n${text}\r\n`;

export const statuses = (answers: readonly RawAnswer[]): number[] =>
  answers.map(({ status }) => status);

/** `receiver.timeout` of `withAgent`'s agents, in milliseconds, unless it is given. */
export const TIMEOUT = 2000;

/** An agent that raw requests are sent to, with a lake in a folder. */
export interface HttpBench {
  readonly agent: SpawnedAgent;
  connect(): Promise<RawHttp>;
  /** Ids of `makeEvent`'s events in the lake, in order; fails when any other bytes are there. */
  stored(): Promise<number[]>;
}

/** Has an agent, which must still answer afterwards, and must have logged no error. */
export async function withAgent(
  use: (bench: HttpBench) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({
    environment: {
      ...box.environment,
      ...lake.environment,
      RECEIVER_TIMEOUT: `${TIMEOUT}ms`,
      ...environment,
    },
  });
  await use({
    agent,
    connect: () => RawHttp.connect(agent.port),
    stored: async () => {
      await flush(agent);
      const texts = (await rowsOf(lake)).map((row) => String(row["raw_data"]));
      const ids = texts.map((text) => Number(/"output":"Event (\d+)"/.exec(text)?.[1]));
      assert.deepEqual(texts, ids.map((id) => makeEvent(id)));
      return ids.sort((a, b) => a - b);
    },
  });
  assert.equal(await post(agent, makeEvent(1_000_000)), 200);
  assert.doesNotMatch(agent.log(), /\[ERROR\]/);
}

/** All that is answered on a connection of its own, which sends nothing more. */
export async function exchange(
  { connect }: HttpBench,
  ...parts: readonly (string | Uint8Array)[]
): Promise<RawAnswer[]> {
  using connection = await connect();
  await connection.send(...parts);
  return await connection.rest();
}
