import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { SecureContext } from "node:tls";
import type { Config } from "../config/config.ts";
import type { Surroundings } from "./surroundings.ts";

/** Milliseconds that a client of AWS waits. */
export interface Timeouts {
  readonly connection: number;
  /** For a whole attempt, body included. */
  readonly request: number;
}

/** The SDK's own number of connections at a time. */
const SOCKETS_MAX = 50;

/**
 * What the S3 client and the STS client have in common.
 *
 * The region is `aws.region`, which falcosidekick's SDK reads too, else that of the bucket:
 * falcosidekick uses `securitylake.region` for the key only, but it is the bucket's.
 */
export async function clientConfig(
  aws: Config["aws"],
  { authorities }: Surroundings,
  timeouts: Timeouts,
): Promise<{ region: string; maxAttempts: number; requestHandler: NodeHttpHandler }> {
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  return {
    region: aws.region || aws.securitylake.region,
    // Callers repeat, with their own pace and log lines, and need to know what became of each try.
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: timeouts.connection,
      requestTimeout: timeouts.request,
      throwOnRequestTimeout: true,
      ...(authorities.length > 0 && {
        httpsAgent: { ...await trusting(authorities), keepAlive: true, maxSockets: SOCKETS_MAX },
      }),
    }),
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
