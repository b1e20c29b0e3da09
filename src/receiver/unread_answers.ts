import type { ServerResponse } from "node:http";

/** Answers up to this many bytes are not counted: those to Falco have none. */
const SMALL = 4096;
/** Bytes of answers that clients may leave unread, all together. */
const MOST = 32 * 1024 * 1024;

/**
 * Bounds what is kept for clients that do not read: who asks for metrics again and again and takes
 * nothing would have them all in our memory.
 */
export class UnreadAnswers {
  #bytes = 0;

  /** @returns false when there is no room for an answer of so many bytes; otherwise it is counted until it is sent */
  take(bytes: number, outgoing: ServerResponse): boolean {
    if (bytes <= SMALL) return true;
    if (this.#bytes + bytes > MOST) return false;
    this.#bytes += bytes;
    let left = bytes;
    const give = () => {
      this.#bytes -= left;
      left = 0;
    };
    outgoing.once("finish", give);
    outgoing.req.socket.once("close", give);
    return true;
  }
}
