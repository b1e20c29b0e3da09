import type { SecureContext } from "node:tls";
import type { Clock } from "../platform/clock.ts";
import { type Answered, boundedHandler, type RequestHandler } from "./bounded_handler.ts";
import { ensureHome } from "./home.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Timeouts } from "./transfer_limits.ts";

/** The SDK's own number of connections at a time. */
const SOCKETS_MAX = 50;

/** What the S3 client and the STS client have in common. */
export interface ClientConfig {
  readonly region: string | (() => Promise<string>);
  readonly maxAttempts: number;
  readonly requestHandler: RequestHandler;
}

/**
 * @param region a function is called when a request is made
 * @param answered told of every answer
 */
export async function clientConfig(
  region: string | (() => Promise<string>),
  { authorities }: Surroundings,
  timeouts: Timeouts,
  clock: Clock,
  answered?: (answer: Answered) => void,
): Promise<ClientConfig> {
  ensureHome();
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  const handler = new NodeHttpHandler({
    connectionTimeout: timeouts.connection,
    socketTimeout: 0, // see boundedHandler()
    ...(authorities.length > 0 && {
      httpsAgent: { ...await trusting(authorities), keepAlive: true, maxSockets: SOCKETS_MAX },
    }),
  });
  return {
    region,
    // Callers repeat, with their own pace and log lines, and need to know what became of each try.
    maxAttempts: 1,
    requestHandler: boundedHandler(handler, timeouts, clock, answered),
  };
}

/**
 * What makes an agent of `node:https` trust authorities beside the built-in ones. Its `ca` replaces
 * those since Deno 2.8, as in Node, and to list them takes a permission (`--allow-sys=ca`), which
 * older Denos, the base of some binaries, refuse to know. Adding to a context keeps them.
 */
async function trusting(authorities: readonly string[]): Promise<SecureContextOptions> {
  const { createSecureContext } = await import("node:tls");
  const secureContext = createSecureContext();
  const native: { addCACert?: (pem: string) => void } = secureContext.context;
  // Deno 2.7 has no such function, and its `ca` adds.
  if (native.addCACert === undefined) return { ca: [...authorities] };
  for (const authority of authorities) native.addCACert(authority);
  return { secureContext };
}

interface SecureContextOptions {
  readonly secureContext?: SecureContext;
  readonly ca?: string[];
}
