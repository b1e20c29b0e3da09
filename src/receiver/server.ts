import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../telemetry/log.ts";
import type { Handler, HttpRequest } from "./http.ts";

export interface Server {
  /** Where it really listens; differs from what was asked for when that was port 0. */
  readonly port: number;
  /** Accepts nothing more; resolves when every request under way has its answer. */
  close(): Promise<void>;
}

/** Milliseconds for a head, for a whole request, and between two requests: falcosidekick's 60 s. */
const TIMEOUT = 60_000;

/** Milliseconds that a client may go on sending after it was refused. */
const GRACE = 2_000;

/**
 * Listens on a TCP port for HTTP/1.1, with `node:http`. Not `Deno.serve`: from Deno 2.8.3 on it
 * closes the connection after every request whose body exceeds about 500 bytes, which nearly every
 * Falco event does (denoland/deno#36657); and it has no timeouts.
 *
 * @param hostname an IP address; "" for all, IPv6 and IPv4, as Go's servers do
 * @throws when the port is taken or may not be opened
 */
export async function serve(
  handler: Handler,
  hostname: string,
  port: number,
  log: Log,
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

  const server = createServer(
    { requestTimeout: TIMEOUT, headersTimeout: TIMEOUT, keepAliveTimeout: TIMEOUT },
    (incoming, outgoing) => {
      answer(incoming, outgoing);
    },
  );
  const listen = (host: string) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  // On Linux "::" takes IPv4 as well; a host without IPv6 does not know it.
  const listenOnAll = () =>
    listen("::").catch((error) => isTaken(error) ? Promise.reject(error) : listen("0.0.0.0"));
  try {
    await (hostname === "" ? listenOnAll() : listen(hostname));
  } catch (error) {
    const address = `listenaddress ${JSON.stringify(hostname)} and listenport ${port}`;
    const message = `Cannot listen, as ${address} say: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
  server.on("error", (error) => log.error(`Receiver - ${error.message}`));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      closing = true;
      server.close();
      server.closeIdleConnections();
      if (active > 0) await idle.promise;
      server.closeAllConnections();
    },
  };
}

const isTaken = (error: unknown): boolean => (error as { code?: string }).code === "EADDRINUSE";

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
