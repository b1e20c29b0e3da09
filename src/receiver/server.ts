import { Buffer } from "node:buffer";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import type { Log } from "../telemetry/log.ts";
import { letGoOfClosedSockets } from "./closed_sockets.ts";
import type { Handler, HttpRequest } from "./http.ts";
import { type Address, listen } from "./listen.ts";
import type { TlsContext } from "./tls_context.ts";
import { createTlsServer, type TlsServer } from "./tls_server.ts";

export interface Server {
  /** Where it really listens; differs from what was asked for when that was port 0. */
  readonly port: number;
  /** Accepts nothing more; resolves when every request under way has its answer. */
  close(): Promise<void>;
}

/** A port: TLS with its keys, or plain HTTP without. */
export interface Port extends Address {
  readonly tls?: TlsContext;
}

/** In milliseconds. */
export interface Timeouts {
  /** For a head, for a whole request, and between two requests. */
  readonly request: number;
  /** For the first byte of a TLS handshake, and for the rest of it. */
  readonly handshake: number;
}

/**
 * falcosidekick has 60 s for all. A handshake takes a few round trips, and who has not finished it
 * is nobody yet.
 */
const TIMEOUTS: Timeouts = { request: 60_000, handshake: 10_000 };

/** Milliseconds that a client may go on sending after it was refused. */
const GRACE = 2_000;

/**
 * Listens on a TCP port for HTTP/1.1, with `node:http`. Not `Deno.serve`: from Deno 2.8.3 on it
 * closes the connection after every request whose body exceeds about 500 bytes, which nearly every
 * Falco event does (denoland/deno#36657); and it has no timeouts.
 *
 * @param port begins to look at its TLS files, if it has any, until the server is closed
 * @throws when the port is taken or may not be opened
 */
export async function serve(
  handler: Handler,
  port: Port,
  log: Log,
  timeouts: Partial<Timeouts> = {},
): Promise<Server> {
  let active = 0;
  const idle = Promise.withResolvers<void>();
  let closing = false;

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    active++;
    try {
      const { status, headers, body } = await handler(toRequest(incoming));
      // A request that was answered before its end may go on for a moment, for the client to see
      // the answer, and then no more.
      const early = !incoming.complete;
      outgoing.writeHead(status, {
        "content-length": Buffer.byteLength(body),
        ...((closing || early) && { connection: "close" }),
        ...headers,
      });
      outgoing.end(body);
      if (early) setTimeout(() => incoming.destroy(), GRACE);
    } catch (error) {
      if (error instanceof ClientGone) return;
      log.error(`Receiver - a request failed: ${(error as Error).stack}`);
      if (!outgoing.headersSent) outgoing.writeHead(500, { "content-length": 0 });
      outgoing.end();
    } finally {
      active--;
      if (closing && active === 0) idle.resolve();
    }
  };

  const { tls } = port;
  const onRequest: RequestListener = (incoming, outgoing) => void answer(incoming, outgoing);
  const { server, renew, abortHandshakes } = create(
    { ...TIMEOUTS, ...timeouts },
    tls,
    log,
    onRequest,
  );
  server.on("connection", letGoOfClosedSockets);
  const listeningOn = await listen(server, port);
  tls?.start(renew);
  server.on("error", (error) => log.error(`Receiver - ${error.message}`));
  return {
    port: listeningOn,
    close: async () => {
      closing = true;
      server.close();
      server.closeIdleConnections();
      const stopped = tls?.stop();
      if (active > 0) await idle.promise;
      server.closeAllConnections();
      abortHandshakes();
      await stopped;
    },
  };
}

function create(
  { request, handshake }: Timeouts,
  tls: TlsContext | undefined,
  log: Log,
  onRequest: RequestListener,
): Pick<TlsServer, "renew" | "abortHandshakes"> & { readonly server: HttpServer } {
  const http = {
    requestTimeout: request,
    headersTimeout: request,
    keepAliveTimeout: request,
    // How often the first two are looked at; Node.js's default for its own 60 s.
    connectionsCheckingInterval: request / 2,
  };
  if (tls) return createTlsServer({ http, handshakeTimeout: handshake }, tls, log, onRequest);
  return { server: createServer(http, onRequest), renew: () => {}, abortHandshakes: () => {} };
}

/** The client broke the connection; there is nobody to answer. */
class ClientGone extends Error {}

function toRequest(incoming: IncomingMessage): HttpRequest {
  return {
    method: incoming.method ?? "",
    target: incoming.url ?? "/",
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    readBody: (take) => readBody(incoming, take),
    discardBody: () => void incoming.resume(),
  };
}

function readBody(
  incoming: IncomingMessage,
  take: (bytes: number) => boolean,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let chunks: Uint8Array[] | undefined = [];
    incoming.on("data", (chunk: Uint8Array) => {
      if (chunks && take(chunk.length)) chunks.push(chunk);
      else {
        chunks = undefined;
        resolve(new Uint8Array(0));
      }
    });
    incoming.on("end", () => {
      if (chunks) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    incoming.on("error", () => reject(new ClientGone()));
    incoming.on("close", () => {
      if (!incoming.complete) reject(new ClientGone());
    });
  });
}
