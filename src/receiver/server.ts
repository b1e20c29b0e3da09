import { Buffer } from "node:buffer";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../platform/clock.ts";
import { limitedWarn } from "../telemetry/limited_log.ts";
import type { Log } from "../telemetry/log.ts";
import { answerBadRequests, AnswersUnderWay, refuseConnection, TOO_SLOW } from "./bad_requests.ts";
import { letGoOfClosedSockets } from "./closed_sockets.ts";
import { ConnectionTimeouts } from "./connection_timeouts.ts";
import type { Handler } from "./http.ts";
import { type Address, listen } from "./listen.ts";
import { ClientGone, toRequest } from "./requests.ts";
import type { TlsContext } from "./tls_context.ts";
import { createTlsServer, type TlsServer } from "./tls_server.ts";
import { UnreadAnswers } from "./unread_answers.ts";

export interface Server {
  /** Where it really listens; differs from what was asked for when that was port 0. */
  readonly port: number;
  /** How many clients are connected. */
  readonly connections: number;
  /** Calls `see` with the port of each client that connects from now on, until the result is called. */
  onConnection(see: (clientPort: number) => void): () => void;
  /** Listens anew on the same port, for when it takes no connections any more. */
  reopen(): Promise<void>;
  /** Accepts nothing more; resolves when every request under way has its answer. */
  close(): Promise<void>;
}

/** A port: TLS with its keys, or plain HTTP without. */
export interface Port extends Address {
  readonly tls?: TlsContext;
}

export interface ServerDependencies {
  readonly log: Log;
  readonly clock: Clock;
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

/** Connections at a time; each takes some 6 kB. More are closed at once. */
export const CONNECTIONS_MAX = 20_000;

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
  { log, clock }: ServerDependencies,
  timeouts: Partial<Timeouts> = {},
): Promise<Server> {
  const limits = { ...TIMEOUTS, ...timeouts };
  const connectionTimeouts = new ConnectionTimeouts(limits.request, () => clock.monotonic());
  let active = 0;
  const idle = Promise.withResolvers<void>();
  let closing = false;
  const underWay = new AnswersUnderWay();
  const unread = new UnreadAnswers();
  const sockets = new Set<Socket>();
  const watchers = new Set<(clientPort: number) => void>();

  const answer = async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    isAwaited: boolean,
  ) => {
    active++;
    underWay.add(outgoing);
    connectionTimeouts.began(incoming);
    try {
      const { status, headers, body } = await handler(toRequest(incoming, outgoing, isAwaited));
      // A request that was answered before its end may go on for a moment, for the client to see
      // the answer, and then no more.
      const early = !incoming.complete;
      const length = Buffer.byteLength(body);
      const connection = closing || early ? { connection: "close" } : {};
      if (unread.take(length, outgoing)) {
        outgoing.writeHead(status, { "content-length": length, ...connection, ...headers });
        outgoing.end(body);
      } else outgoing.writeHead(503, { "content-length": 0, ...connection }).end();
      if (early) setTimeout(() => incoming.destroy(), GRACE);
    } catch (error) {
      if (error instanceof ClientGone) return;
      log.error(`Receiver - a request failed: ${(error as Error).stack}`);
      if (!outgoing.headersSent) outgoing.writeHead(500, { "content-length": 0 });
      outgoing.end();
    } finally {
      connectionTimeouts.ended(incoming);
      active--;
      if (closing && active === 0) idle.resolve();
    }
  };

  const { tls } = port;
  const warn = limitedWarn(log, clock, "requests that are no HTTP");
  const begin = (): RunningServer => {
    const running = create(limits, tls, log, (incoming, outgoing) => {
      answer(incoming, outgoing, false);
    });
    const { server } = running;
    server.maxConnections = CONNECTIONS_MAX;
    // A client may end its side when it has sent all, as Go's servers allow; not documented.
    Object.assign(server, { httpAllowHalfOpen: true });
    server.on("checkContinue", (incoming, outgoing) => void answer(incoming, outgoing, true));
    server.on("connection", (socket: Socket) => {
      letGoOfClosedSockets(socket);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      for (const see of watchers) see(socket.remotePort ?? 0);
    });
    server.on(
      tls ? "secureConnection" : "connection",
      (socket: Socket) => connectionTimeouts.opened(socket),
    );
    answerBadRequests(server, underWay, (status, reason) => {
      warn(`Receiver - request refused with ${status.slice(0, 3)}: no HTTP: ${reason}`);
    });
    return running;
  };

  let current = begin();
  const before: RunningServer[] = [];
  const listeningOn = await listen(current.server, port);
  const logErrors = ({ server }: RunningServer) =>
    server.on("error", (error) => log.error(`Receiver - ${error.message}`));
  logErrors(current);
  tls?.start((keys) => current.renew(keys));
  const sweeping = new AbortController();
  const swept = (async () => {
    for (;;) {
      await clock.sleep(limits.request / 4, sweeping.signal);
      if (sweeping.signal.aborted) return;
      connectionTimeouts.sweep((socket) => {
        warn("Receiver - request refused with 408: it has not arrived within receiver.timeout");
        refuseConnection(socket, TOO_SLOW);
      });
    }
  })();
  return {
    port: listeningOn,
    get connections() {
      return sockets.size;
    },
    onConnection: (see) => {
      watchers.add(see);
      return () => watchers.delete(see);
    },
    reopen: async () => {
      current.server.close();
      const next = begin();
      await listen(next.server, { ...port, port: listeningOn });
      before.push(current);
      current = next;
      logErrors(current);
    },
    close: async () => {
      closing = true;
      const all = [...before, current];
      for (const { server } of all) {
        server.close();
        server.closeIdleConnections();
      }
      const stopped = tls?.stop();
      if (active > 0) await idle.promise;
      for (const { server, abortHandshakes } of all) {
        server.closeAllConnections();
        abortHandshakes();
      }
      sweeping.abort();
      await swept;
      await stopped;
    },
  };
}

type RunningServer = Pick<TlsServer, "renew" | "abortHandshakes"> & {
  readonly server: HttpServer;
};

function create(
  { handshake }: Timeouts,
  tls: TlsContext | undefined,
  log: Log,
  onRequest: RequestListener,
): RunningServer {
  // See ConnectionTimeouts.
  const http = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 };
  if (tls) return createTlsServer({ http, handshakeTimeout: handshake }, tls, log, onRequest);
  return { server: createServer(http, onRequest), renew: () => {}, abortHandshakes: () => {} };
}
