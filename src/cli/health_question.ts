import type { Config } from "../config/config.ts";

/** How to find out on its own machine whether the agent of a configuration lives. */
export interface HealthQuestion {
  /**
   * `get`: ask for `/healthz`. `handshake`: only begin TLS, because the port wants a client's
   * certificate before it answers anything, and there is none here.
   */
  readonly kind: "get" | "handshake";
  readonly tls: boolean;
  /** IP addresses, to be tried one after the other until one is not refused. */
  readonly hosts: readonly string[];
  readonly port: number;
}

const LOOPBACK = { 4: "127.0.0.1", 6: "::1" };

/**
 * The question that the agent of this configuration answers: `openPorts` in `receiver/ports.ts`
 * decides where it does.
 *
 * @throws when the configuration leaves the port open
 */
export function healthQuestion({ listenaddress, listenport, tlsserver }: Config): HealthQuestion {
  const { deploy, mutualtls, notlspaths, notlsport } = tlsserver;
  const isOnPlainPort = deploy && notlspaths.includes("/healthz");
  const [key, port] = isOnPlainPort
    ? ["tlsserver.notlsport", notlsport]
    : ["listenport", listenport];
  if (port === 0) {
    throw new Error(
      `${key} is 0, so only the agent's log tells its port; set it to ask for health`,
    );
  }
  const tls = deploy && !isOnPlainPort;
  return {
    kind: tls && mutualtls ? "handshake" : "get",
    tls,
    hosts: hostsOf(listenaddress),
    port,
  };
}

/** Who listens on all addresses is asked on the loopback, which is there whatever the network. */
function hostsOf(address: string): readonly string[] {
  if (address === "" || isAll(address, "::")) return [LOOPBACK[4], LOOPBACK[6]];
  if (isAll(address, "0.0.0.0")) return [LOOPBACK[4]];
  return [address];
}

/** Also when it is written otherwise: `0:0:0:0:0:0:0:0`. */
const isAll = (address: string, all: "::" | "0.0.0.0"): boolean =>
  all === "::" ? /^[0:]+$/.test(address) : address === all;
