import type { AddressInfo, Server } from "node:net";

/** Where a server listens. */
export interface Address {
  /** An IP address; "" for all, IPv6 and IPv4, as Go's servers do. */
  readonly hostname: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** The keys that these two come from, for the error when it cannot listen. */
  readonly keys?: { readonly address: string; readonly port: string };
}

const KEYS = { address: "listenaddress", port: "listenport" };

/**
 * @returns the port where it really listens
 * @throws when the port is taken or may not be opened; names the keys
 */
export async function listen(server: Server, address: Address): Promise<number> {
  const { hostname, port, keys = KEYS } = address;
  const listenOn = (host: string) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  // On Linux "::" takes IPv4 as well; a host without IPv6 does not know it.
  const listenOnAll = () =>
    listenOn("::").catch((error) => isTaken(error) ? Promise.reject(error) : listenOn("0.0.0.0"));
  try {
    await (hostname === "" ? listenOnAll() : listenOn(hostname));
  } catch (error) {
    const place = `${keys.address} ${JSON.stringify(hostname)} and ${keys.port} ${port}`;
    const message = `Cannot listen, as ${place} say: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

const isTaken = (error: unknown): boolean => (error as { code?: string }).code === "EADDRINUSE";
