import { connect } from "node:net";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../telemetry/log.ts";
import { CONNECTIONS_MAX, type Server } from "./server.ts";

/** Milliseconds between two looks. */
const INTERVAL = 10_000;
/** For a connection of our own to be taken: far more than a busy thread needs. */
const PATIENCE = 5_000;

/**
 * Sees to it that a port goes on taking connections, until `signal` aborts: in Deno 2.8.3 a server
 * of `node:net` that has once run out of file descriptors never accepts again, and says nothing.
 * Where no client has come for a while, a connection of our own shows whether one could; if it is
 * not taken, the port is opened anew. Connections that are open go on.
 *
 * @param onLook called after each look: whether the port takes connections, as far as is known
 */
export async function watchAccepting(
  server: Server,
  hostname: string,
  { log, clock, signal, onLook = () => {} }: {
    readonly log: Log;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly onLook?: (isAccepting: boolean) => void;
  },
): Promise<void> {
  let complaint: string | undefined;
  const complain = (now: string | undefined) => {
    if (now !== undefined && now !== complaint) log.warn(`Receiver - ${now}`);
    complaint = now;
  };
  let [hasCome, isClosed] = [false, false];
  const stopSeeing = server.onConnection(() => hasCome = true);
  for (;;) {
    hasCome = false;
    await clock.sleep(INTERVAL, signal);
    if (signal.aborted) break;
    if (server.connections >= CONNECTIONS_MAX) {
      complain(`${CONNECTIONS_MAX} clients are connected, and more are turned away`);
      onLook(true);
      continue;
    }
    const outcome = isClosed
      ? "not taken"
      : hasCome
      ? "taken"
      : await tryPort(server, hostname, clock, signal);
    if (signal.aborted) break;
    if (outcome === "taken") {
      complain(undefined);
      onLook(true);
    } else if (outcome === "not taken") {
      onLook(false); // until a connection is taken: to listen anew may not be enough
      if (!isClosed) {
        log.warn(
          "Receiver - took no connections any more, for want of file descriptors as a rule " +
            "(raise the limit, ulimit -n or LimitNOFILE=); listens anew",
        );
      }
      isClosed = false;
      await server.reopen().catch((error) => {
        isClosed = true;
        complain(`${error.message}; tried again in ${INTERVAL / 1000} s`);
        // An address that has left the host is none for a new process either, and that one would
        // not ship what waits.
        if (ADDRESS_IS_GONE.has(error.cause?.code)) onLook(true);
      });
    } else complain(`cannot connect to its own port: ${outcome.message}`);
  }
  stopSeeing();
}

/** The second is what node:net says for it in Deno 2.8. */
const ADDRESS_IS_GONE: ReadonlySet<unknown> = new Set(["EADDRNOTAVAIL", "EINVAL"]);

/** @returns an error when it could not be tried */
async function tryPort(
  server: Server,
  hostname: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<"taken" | "not taken" | Error> {
  const seen = new Set<number>();
  let [own, isTaken] = [-1, () => {}];
  const taken = new Promise<"taken">((resolve) => isTaken = () => resolve("taken"));
  const stopSeeing = server.onConnection((clientPort) => {
    seen.add(clientPort);
    if (clientPort === own) isTaken();
  });
  const isAll = hostname === "" || hostname === "0.0.0.0" || hostname === "::";
  const socket = connect({ host: isAll ? "127.0.0.1" : hostname, port: server.port });
  const failed = new Promise<Error>((resolve) => socket.once("error", resolve));
  socket.once("connect", () => {
    own = socket.localPort ?? 0;
    if (seen.has(own)) isTaken();
  });
  const done = new AbortController();
  const waiting = AbortSignal.any([signal, done.signal]);
  const late = clock.sleep(PATIENCE, waiting).then(() => "not taken" as const);
  const outcome = await Promise.race([taken, failed, late]);
  done.abort();
  stopSeeing();
  socket.on("error", () => {}); // that of a connection which nobody needs any more
  socket.destroy();
  return outcome;
}
