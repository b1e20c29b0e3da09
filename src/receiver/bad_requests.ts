import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const BAD_REQUEST = "400 Bad Request";
const HEAD_TOO_LARGE = "431 Request Header Fields Too Large";
export const TOO_SLOW = "408 Request Timeout";

/** Answers what is no request, and closes the connection. */
export function refuseConnection(socket: Socket, status: string): void {
  if (socket.writable) {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
  } else socket.destroy();
}

/** Which answers are under way on which connection. Costs every request, so it does little. */
export class AnswersUnderWay {
  readonly #bySocket = new WeakMap<Socket, ServerResponse[]>();

  add(outgoing: ServerResponse): void {
    // An answer has a socket of its own only when it is its turn.
    const { socket } = outgoing.req;
    const answers = this.#bySocket.get(socket);
    if (!answers) {
      this.#bySocket.set(socket, [outgoing]);
      return;
    }
    // They are sent in order: with the last one all are.
    if (answers.at(-1)?.writableFinished) answers.length = 0;
    answers.push(outgoing);
  }

  /** Those of requests that have arrived whole, in order. */
  of(socket: Socket): ServerResponse[] {
    const answers = this.#bySocket.get(socket) ?? [];
    return answers.filter(({ req, writableFinished }) => req.complete && !writableFinished);
  }
}

/**
 * Answers what is no HTTP, and closes the connection. First come the answers to
 * the requests before it, as from Go's servers: by itself `node:http` would put this one in the
 * place of theirs, and a client would take what is stored for refused.
 *
 * @param refuse told of each
 */
export function answerBadRequests(
  server: Server,
  underWay: AnswersUnderWay,
  refuse: (status: string, reason: string) => void,
): void {
  server.on("clientError", (error: Error & { readonly code?: string }, socket: Socket) => {
    const { code = "" } = error;
    // The rest is a connection that broke, or a handshake that failed: nobody is there.
    if (!code.startsWith("HPE_")) {
      socket.destroy();
      return;
    }
    const status = code === "HPE_HEADER_OVERFLOW" ? HEAD_TOO_LARGE : BAD_REQUEST;
    const answer = () => {
      const [next] = underWay.of(socket);
      if (next) next.once("finish", answer);
      else {
        if (socket.writable) refuse(status, error.message);
        refuseConnection(socket, status);
      }
    };
    answer();
  });
}
