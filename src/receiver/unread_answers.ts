import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Answers up to this many bytes are not counted: those to Falco have none. */
const SMALL = 4096;
/** Bytes of answers that clients may leave unread, all together. */
const MOST = 32 * 1024 * 1024;

/**
 * Bounds what is kept for clients that do not read: who asks for metrics again and again and takes
 * nothing would have them all in our memory.
 */
export class UnreadAnswers {
  /** Of each open connection that has had a large answer. One may have many under way. */
  readonly #bytes = new Map<Socket, number>();
  #sum = 0;

  /** @returns false when there is no room for an answer of so many bytes; otherwise it is counted until it is sent */
  take(bytes: number, outgoing: ServerResponse): boolean {
    const { socket } = outgoing.req;
    // For a client that is gone nothing is kept, and no event would end the count.
    if (bytes <= SMALL || socket.destroyed) return true;
    if (this.#sum + bytes > MOST) return false;
    if (!this.#bytes.has(socket)) {
      socket.once("close", () => {
        this.#add(socket, -(this.#bytes.get(socket) ?? 0));
        this.#bytes.delete(socket);
      });
    }
    this.#add(socket, bytes);
    outgoing.once("finish", () => {
      if (this.#bytes.has(socket)) this.#add(socket, -bytes);
    });
    return true;
  }

  #add(socket: Socket, bytes: number): void {
    this.#bytes.set(socket, (this.#bytes.get(socket) ?? 0) + bytes);
    this.#sum += bytes;
  }
}
