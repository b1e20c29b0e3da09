import { Buffer } from "node:buffer";
import { type Agent, request } from "node:https";
import type { Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";

/** Connects with TLS. @throws when the handshake fails, as far as the client can tell */
export function connectTls(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", servername: "localhost", port, ...options });
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of the server's certificate. */
  readonly serial: string;
}

/** Posts a body over a connection of its own, or one of `agent`'s. */
export function postTls(
  port: number,
  options: ConnectionOptions,
  body = "{}",
  agent: Agent | false = false,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { minVersion, maxVersion, ca, cert, key } = options;
    const outgoing = request({
      host: "127.0.0.1",
      servername: "localhost",
      port,
      method: "POST",
      agent,
      ...(minVersion && { minVersion }),
      ...(maxVersion && { maxVersion }),
      ca,
      cert,
      key,
    }, (incoming) => {
      // Asked for now: at the end the connection may be gone.
      const { serialNumber: serial } = (incoming.socket as TLSSocket).getPeerCertificate();
      const chunks: Uint8Array[] = [];
      incoming.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode!, body: Buffer.concat(chunks).toString(), serial });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** All that comes until the other end closes, or breaks the connection. */
export function receiveAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => received += text);
    // Broken is closed, too; 'close' follows.
    socket.on("error", () => {});
    socket.once("close", () => resolve(received));
  });
}
