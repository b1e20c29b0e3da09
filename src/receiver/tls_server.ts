import type { X509Certificate } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { RequestListener } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { limitedWarn } from "../telemetry/limited_log.ts";
import type { Log } from "../telemetry/log.ts";
import { mayResume } from "./tls_client.ts";
import type { TlsContext } from "./tls_context.ts";
import { explainTlsFailure } from "./tls_failure.ts";
import { firstByte } from "./tls_first_byte.ts";
import type { TlsKeys } from "./tls_keys.ts";

/** falcosidekick has it with mutual TLS, and Go's default without. */
const MIN_VERSION = "TLSv1.2";

export interface TlsServerOptions {
  readonly http: ServerOptions;
  /** Milliseconds for the first byte, and then for the rest of the handshake. */
  readonly handshakeTimeout: number;
}

export interface TlsServer {
  readonly server: Server;
  /** Puts new keys in force for connections to come; those that are open go on. */
  renew(keys: TlsKeys): void;
  /** Ends the connections that have not finished their handshake. */
  abortHandshakes(): void;
}

/**
 * An HTTPS server that is not listening yet: TLS 1.2 and 1.3, HTTP/1.1. With mutual TLS only
 * clients with a certificate of one of the CAs get past the handshake.
 */
export function createTlsServer(
  { http, handshakeTimeout }: TlsServerOptions,
  tls: TlsContext,
  log: Log,
  onRequest: RequestListener,
): TlsServer {
  const warn = limitedWarn(log, tls.clock, "clients that did not get through TLS");
  const refuse = (address: string | undefined, why: string) =>
    warn(`Receiver - TLS with ${address ?? "a client"} failed: ${why}`);
  const mutual = tls.keys.clientCas !== undefined;
  const server = createServer({
    ...http,
    ...tls.keys.secureContext(),
    minVersion: MIN_VERSION,
    ALPNProtocols: ["http/1.1"],
    requestCert: mutual,
    rejectUnauthorized: mutual,
    handshakeTimeout,
  }, onRequest);

  const shaking = new Set<Socket>();
  gate(server, "connection", (socket: Socket, enter) => {
    shaking.add(socket);
    socket.once("close", () => shaking.delete(socket));
    firstByte(socket, handshakeTimeout, refuse, enter);
  });
  gate(server, "secureConnection", (socket: TLSSocket, enter) => {
    const raw = rawOf(socket);
    if (raw) shaking.delete(raw);
    const { clientCas } = tls.keys;
    if (!clientCas || isAdmitted(socket, clientCas, tls.clock.now())) return enter();
    refuse(raw?.remoteAddress, "its client certificate, of an earlier session, is not valid now");
    socket.destroy();
  });
  server.on("tlsClientError", (error: Error, socket: TLSSocket) => {
    const raw = rawOf(socket);
    // A name of OpenSSL's, whatever its type says.
    const authorizationError = socket.authorizationError as unknown as string | null;
    refuse(raw?.remoteAddress, explainTlsFailure({ message: error.message, authorizationError }));
    socket.destroy();
  });
  return {
    server,
    renew: (keys) => server.setSecureContext({ ...keys.secureContext(), minVersion: MIN_VERSION }),
    abortHandshakes: () => {
      for (const socket of shaking) socket.destroy();
    },
  };
}

/** Has a server do what it does at an event only once the gate calls `enter`. */
function gate<S extends Socket>(
  server: EventEmitter,
  event: string,
  decide: (socket: S, enter: () => void) => void,
): void {
  const listeners = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (socket: S) =>
    decide(socket, () => {
      for (const listener of listeners) listener.call(server, socket);
    }));
}

/** The runtime refuses who is not authorized in a full handshake, but not in a resumed one. */
function isAdmitted(socket: TLSSocket, cas: readonly X509Certificate[], now: number): boolean {
  if (!socket.authorized) return false;
  if (!socket.isSessionReused()) return true;
  try {
    return mayResume(socket, cas, now);
  } catch {
    // A chain with something in it that the runtime cannot parse is no proof of anything.
    return false;
  }
}

/**
 * The TCP socket below, which still knows the address when the TLS socket is closed. Not
 * documented, but the same in Node.js and Deno; without it a line lacks the address.
 */
const rawOf = (socket: TLSSocket): Socket | undefined =>
  (socket as TLSSocket & { readonly _parent?: Socket })._parent;
