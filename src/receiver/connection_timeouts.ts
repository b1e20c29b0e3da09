import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

interface Connection {
  /** When it opened, its last request began, or its last answer was sent. */
  since: number;
  /** How much had come by then. */
  bytesRead: number;
  /** Requests that are not answered yet. */
  active: number;
  last: IncomingMessage | undefined;
}

/**
 * Which connections take too long: to send a head, to send a body, or between two requests. By
 * `node:http` itself only the last is bounded in Deno 2.7, and the others only in multiples of its
 * own interval later.
 */
export class ConnectionTimeouts {
  readonly #timeout: number;
  readonly #now: () => number;
  readonly #connections = new Map<Socket, Connection>();

  /** @param timeout in milliseconds, of `now` */
  constructor(timeout: number, now: () => number) {
    this.#timeout = timeout;
    this.#now = now;
  }

  opened(socket: Socket): void {
    const connection = { since: this.#now(), bytesRead: 0, active: 0, last: undefined };
    this.#connections.set(socket, connection);
    socket.once("close", () => this.#connections.delete(socket));
  }

  /** A request's head has arrived. */
  began(incoming: IncomingMessage): void {
    const connection = this.#connections.get(incoming.socket);
    if (!connection) return;
    connection.since = this.#now();
    connection.active++;
    connection.last = incoming;
  }

  /** A request is answered. */
  ended({ socket }: IncomingMessage): void {
    const connection = this.#connections.get(socket);
    if (!connection) return;
    connection.since = this.#now();
    connection.bytesRead = socket.bytesRead;
    if (--connection.active === 0) connection.last = undefined;
  }

  /**
   * Ends those that have taken too long.
   *
   * @param refuse ends one that has sent a part of a request
   */
  sweep(refuse: (socket: Socket) => void): void {
    const now = this.#now();
    for (const [socket, { since, bytesRead, active, last }] of this.#connections) {
      if (now - since < this.#timeout) continue;
      const isAnswered = active > 0 && last?.complete;
      if (isAnswered) continue;
      if (active > 0 || socket.bytesRead > bytesRead) refuse(socket);
      else socket.destroy();
    }
  }
}
