import type { Clock } from "../platform/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type Endpoint, ENDPOINTS } from "./endpoints.ts";
import type { ReceiverHandler } from "./handler.ts";
import { serve, type Server } from "./server.ts";
import { TlsContext } from "./tls_context.ts";
import { watchAccepting } from "./watch_accepting.ts";

/** Of the configuration, as it has them. */
export interface PortSettings {
  readonly listenaddress: string;
  readonly listenport: number;
  readonly tlsserver: {
    readonly deploy: boolean;
    readonly certfile: string;
    readonly keyfile: string;
    readonly mutualtls: boolean;
    readonly cacertfile: string;
    readonly notlsport: number;
    readonly notlspaths: readonly string[];
  };
  readonly receiver: { readonly timeout: number };
}

export interface PortDependencies {
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Ports {
  /** Where events go. */
  readonly port: number;
  /** For falcosidekick's line "is up and listening on". */
  readonly description: string;
  /** Whether every port took connections when it was last looked at. */
  readonly accepting: boolean;
  /**
   * Reads the certificates again, from where the settings say.
   *
   * @throws when they cannot be used, which the log says why; those before stay in force
   */
  reload(settings: PortSettings): Promise<void>;
  /** Accepts nothing more; resolves when every request under way has its answer. */
  close(): Promise<void>;
}

/**
 * Opens the port or, with TLS, up to two: falcosidekick moves `tlsserver.notlspaths` from the TLS
 * port to a plain one (`main.go`).
 *
 * @throws when a certificate cannot be used, or a port is taken
 */
export async function openPorts(
  settings: PortSettings,
  handler: ReceiverHandler,
  { readFile, clock, log, metrics }: PortDependencies,
): Promise<Ports> {
  const { listenaddress: hostname, listenport, tlsserver, receiver } = settings;
  const open = (port: number, key: string, served: ReadonlySet<Endpoint>, tls?: TlsContext) =>
    serve(
      (request) => handler(request, served),
      { hostname, port, keys: { address: "listenaddress", port: key }, ...(tls && { tls }) },
      { log, clock },
      { request: receiver.timeout },
    );

  const tls = tlsserver.deploy
    ? await TlsContext.open(pathsOf(settings), {
      readFile,
      clock,
      log,
      onExpiry: (notAfter) => metrics.certificateExpires(notAfter),
    })
    : undefined;
  const plain = new Set(ENDPOINTS.filter((path) => tls && tlsserver.notlspaths.includes(path)));
  const others = new Set(ENDPOINTS.filter((path) => !plain.has(path)));
  const main = await open(listenport, "listenport", others, tls);
  try {
    const second = plain.size > 0
      ? await open(tlsserver.notlsport, "tlsserver.notlsport", plain)
      : undefined;
    const closing = new AbortController();
    const { signal } = closing;
    const deaf = new Set<Server>();
    const watching = [main, ...(second ? [second] : [])].map((server) => {
      const onLook = (isAccepting: boolean) => isAccepting ? deaf.delete(server) : deaf.add(server);
      return watchAccepting(server, hostname, { log, clock, signal, onLook });
    });
    const address = `${hostname}:${main.port}`;
    return {
      port: main.port,
      description: second
        ? `${address} for TLS and ${hostname}:${second.port} for non-TLS`
        : address,
      get accepting() {
        return deaf.size === 0;
      },
      reload: async (settings) => {
        if (await tls?.reload(pathsOf(settings)) !== "faulty") return;
        throw new Error("The TLS files cannot be used: see the line before");
      },
      close: async () => {
        closing.abort();
        await Promise.all([main.close(), second?.close(), ...watching]);
      },
    };
  } catch (error) {
    await main.close();
    throw error;
  }
}

function pathsOf({ tlsserver }: PortSettings) {
  const { certfile, keyfile, mutualtls, cacertfile } = tlsserver;
  return { certfile, keyfile, ...(mutualtls && { cacertfile }) };
}
