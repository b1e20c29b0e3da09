import type { Socket } from "node:net";
import { setImmediate } from "node:timers";

/** As Go's servers answer plain HTTP on a TLS port, so falcosidekick's too. */
const NOT_TLS = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

/** Milliseconds that a client of plain HTTP may go on sending, for it to see the answer. */
const GRACE = 2_000;

/**
 * Waits for a client's first byte before TLS begins: who sends plain HTTP gets an answer that says
 * so, and who only looks whether the port is open, as load balancers do, is no failed handshake.
 *
 * @param timeout milliseconds for that byte
 * @param refuse told whom was refused and why
 * @param enter begins TLS
 */
export function firstByte(
  socket: Socket,
  timeout: number,
  refuse: (address: string | undefined, why: string) => void,
  enter: () => void,
): void {
  const { remoteAddress } = socket;
  const onTimeout = () => {
    refuse(remoteAddress, "it sent nothing");
    socket.destroy();
  };
  const onEnd = () => socket.destroy();
  // A client may break the connection at any time; 'close' follows, and there is nobody to answer.
  socket.on("error", () => {});
  socket.once("end", onEnd);
  socket.setTimeout(timeout, onTimeout);
  socket.once("data", (first: Uint8Array) => {
    socket.off("end", onEnd);
    socket.off("timeout", onTimeout);
    socket.setTimeout(0);
    if (isLetter(first[0]!)) {
      refuse(remoteAddress, "it speaks plain HTTP; use https:// in its URL");
      answerPlainHttp(socket);
      return;
    }
    socket.pause();
    socket.unshift(first);
    // Not at once: of what arrives in pieces, the runtime would hand TLS the next one before this.
    setImmediate(() => {
      if (!socket.destroyed) enter();
    });
  });
}

function answerPlainHttp(socket: Socket): void {
  socket.end(NOT_TLS);
  socket.resume();
  socket.once("end", () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), GRACE);
  socket.once("close", () => clearTimeout(timer));
}

/** A method's first: TLS begins with 22, the type of a handshake record (RFC 8446, 5.1). */
const isLetter = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
