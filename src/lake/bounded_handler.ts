import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Clock } from "../platform/clock.ts";
import { bodyInPieces } from "./body_in_pieces.ts";
import { type Timeouts, transferLimits } from "./transfer_limits.ts";
import { untilAborted } from "./until_aborted.ts";

export type HttpRequest = Parameters<NodeHttpHandler["handle"]>[0];
export type HttpAnswer = Awaited<ReturnType<NodeHttpHandler["handle"]>>;

/** What clients of the SDK send their requests with. */
export type RequestHandler = Pick<
  NodeHttpHandler,
  "metadata" | "handle" | "destroy" | "updateHttpClientConfig" | "httpHandlerConfigs"
>;

/** An answer has come. */
export interface Answered {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the last of the request was handed to the socket, milliseconds since 1970. */
  readonly sent: number;
  /** When the answer's head came, milliseconds since 1970. */
  readonly received: number;
}

/**
 * Limits every request of a client in time, from the connection to the answer's last byte.
 *
 * The handler's own limits do not do: its `requestTimeout` ends with the answer's head, and is how
 * long it waits for "100 Continue" as well, which it asks for from 2 MiB on and which some stores
 * never say; without it that is 6 s. Its `socketTimeout` sees the body as one write that makes no
 * progress until it is done (seen with Deno 2.8.3 and 2.7.14).
 *
 * @param answered told of every answer
 */
export function boundedHandler(
  inner: NodeHttpHandler,
  timeouts: Timeouts,
  clock: Clock,
  answered: (answer: Answered) => void = () => {},
): RequestHandler {
  const handle: NodeHttpHandler["handle"] = async (request, options = {}) => {
    const limits = transferLimits(timeouts, clock);
    let sent = clock.now();
    const moved = () => {
      sent = clock.now();
      limits.moved();
    };
    const signal = options.abortSignal
      ? AbortSignal.any([options.abortSignal as AbortSignal, limits.signal])
      : limits.signal;
    const exchange = async (): Promise<HttpAnswer> => {
      const body = bodyInPieces(request.body, moved);
      const { response } = await inner.handle(
        body === undefined ? request : Object.assign(request.clone(), { body }),
        { ...options, abortSignal: signal },
      );
      answered({ headers: response.headers, sent, received: clock.now() });
      limits.moved();
      const bytes = await readAnswer(response.body, limits.moved);
      return { response: Object.assign(response, { body: Readable.from([bytes]) }) };
    };
    try {
      return await untilAborted(exchange(), signal);
    } catch (error) {
      // The handler's own error for a request that is given up does not say why.
      throw limits.signal.aborted ? limits.signal.reason : error;
    } finally {
      limits.end();
    }
  };
  return {
    metadata: inner.metadata,
    handle,
    destroy: () => inner.destroy(),
    updateHttpClientConfig: (key, value) => inner.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => inner.httpHandlerConfigs(),
  };
}

/** Bytes of an answer: those to what the agent asks have a few KiB. */
const ANSWER_MAX = 8 * 1024 * 1024;

async function readAnswer(body: AsyncIterable<Uint8Array>, moved: () => void): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    moved();
    length += piece.length;
    if (length > ANSWER_MAX) throw new Error(`the answer has more than ${ANSWER_MAX} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
