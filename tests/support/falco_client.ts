import { Buffer } from "node:buffer";
import { RawHttp } from "./raw_http.ts";

/** Bytes above which libcurl asks first whether the body is wanted. */
const EXPECT_ABOVE = 1024 * 1024;
/** Milliseconds that libcurl waits for the answer to that; then it sends the body all the same. */
const EXPECT_WAIT = 1000;

const encoder = new TextEncoder();

/**
 * Posts events as Falco's `http_output` does (`outputs_http.cpp`, with libcurl 8.7): HTTP/1.1, one
 * event per request and one request at a time, over one connection as long as the server lets it.
 * A kept connection that turns out to be broken is replaced once for the same event, as libcurl
 * does. Falco itself looks at no status; what is returned is for the test.
 */
export class FalcoClient implements Disposable {
  readonly #port: number;
  readonly #headers: string;
  #connection: RawHttp | undefined;
  #connections = 0;
  #continued = 0;

  /** @param compressUploads Falco's `compress_uploads`, which asks for compressed answers only */
  constructor(port: number, compressUploads = false) {
    this.#port = port;
    this.#headers = "POST / HTTP/1.1\r\n" +
      `Host: 127.0.0.1:${port}\r\n` +
      "User-Agent: falcosecurity/falco\r\n" +
      "Accept: */*\r\n" +
      (compressUploads ? "Connection: TE\r\nTE: gzip\r\n" : "") +
      "Content-Type: application/json\r\n";
  }

  /** How many connections it has opened. */
  get connections(): number {
    return this.#connections;
  }

  /** How often the server asked for a body with 100. */
  get continued(): number {
    return this.#continued;
  }

  /**
   * @param event compact JSON with sorted keys, without a newline
   * @returns the status
   * @throws when a new connection breaks before the answer
   */
  async post(event: string): Promise<number> {
    const kept = this.#connection;
    const status = kept && await this.#exchange(kept, event);
    if (status !== undefined) return status;
    kept?.[Symbol.dispose]();
    this.#connection = await RawHttp.connect(this.#port);
    this.#connections++;
    const again = await this.#exchange(this.#connection, event);
    if (again === undefined) throw new Error("The connection broke before the answer");
    return again;
  }

  [Symbol.dispose](): void {
    this.#connection?.[Symbol.dispose]();
  }

  /** @returns undefined when the connection breaks */
  async #exchange(connection: RawHttp, event: string): Promise<number | undefined> {
    const body = encoder.encode(event);
    const asks = body.length > EXPECT_ABOVE;
    const head = `${this.#headers}Content-Length: ${body.length}\r\n` +
      `${asks ? "Expect: 100-continue\r\n" : ""}\r\n`;
    const bytes = encoder.encode(head);
    if (!asks) await connection.send(Buffer.concat([bytes, body]));
    else await connection.send(bytes);
    let answer = connection.answer();
    if (asks) {
      const early = await withinTime(answer, EXPECT_WAIT);
      if (early && early.status >= 200) return early.status;
      await connection.send(body);
    }
    while ((await answer)?.status === 100) {
      this.#continued++;
      answer = connection.answer();
    }
    return (await answer)?.status;
  }
}

/** What a promise resolves to, or undefined when that takes longer. */
async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), milliseconds);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
