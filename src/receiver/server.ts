import type { Log } from "../telemetry/log.ts";
import type { Handler } from "./handler.ts";

export interface Server {
  /** Where it really listens; differs from what was asked for when that was port 0. */
  readonly port: number;
  /** Accepts nothing more; resolves when every request under way has its answer. */
  close(): Promise<void>;
}

/**
 * Listens on a TCP port.
 *
 * @param hostname an IP address; "" for all, IPv6 and IPv4, as Go's servers do
 * @throws when the port is taken or may not be opened
 */
export function serve(handler: Handler, hostname: string, port: number, log: Log): Server {
  const listen = (address: string) =>
    Deno.serve({
      hostname: address,
      port,
      onListen: () => {},
      onError: (error) => {
        log.error(`Receiver - a request failed: ${(error as Error).stack ?? error}`);
        return new Response("Internal server error\n", { status: 500 });
      },
    }, handler);
  const server = hostname === "" ? listenOnAll(listen) : listen(hostname);
  return { port: server.addr.port, close: () => server.shutdown() };
}

function listenOnAll(listen: (address: string) => Deno.HttpServer<Deno.NetAddr>) {
  try {
    return listen("::"); // takes IPv4 as well, on Linux
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    return listen("0.0.0.0"); // a host without IPv6
  }
}
