import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRequest } from "./http.ts";

/** The client broke the connection; there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * A request of `node:http`'s as the receiver sees it.
 *
 * @param isAwaited whether the client waits for `100 Continue` before it sends the body, as Falco's
 *   does above 1 MiB; it gets that when the body is read, so that what is refused is never sent
 */
export function toRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isAwaited: boolean,
): HttpRequest {
  return {
    method: incoming.method ?? "",
    target: incoming.url ?? "/",
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    readBody: (take) => {
      if (isAwaited) outgoing.writeContinue();
      return readBody(incoming, take);
    },
    discardBody: () => void incoming.resume(),
  };
}

function readBody(
  incoming: IncomingMessage,
  take: (bytes: number) => boolean,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let body: Body | undefined = new Body();
    incoming.on("data", (piece: Uint8Array) => {
      if (body && take(piece.length)) body.add(piece);
      else {
        body = undefined;
        resolve(new Uint8Array(0));
      }
    });
    incoming.on("end", () => {
      if (body) resolve(body.bytes);
    });
    incoming.on("error", () => reject(new ClientGone()));
    incoming.on("close", () => {
      if (!incoming.complete) reject(new ClientGone());
    });
  });
}

/** A body as it arrives: in one piece as a rule, and in as many as a client likes. */
class Body {
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Copied from the second on: a small piece would keep hundreds of bytes as an object of its own. */
  add(piece: Uint8Array): void {
    if (this.#length === 0) this.#buffer = piece;
    else {
      const needed = this.#length + piece.length;
      if (needed > this.#buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
        larger.set(this.bytes);
        this.#buffer = larger;
      }
      this.#buffer.set(piece, this.#length);
    }
    this.#length += piece.length;
  }
}
