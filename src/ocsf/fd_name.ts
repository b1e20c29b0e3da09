import { ipVersion } from "./ip.ts";

/** One end of a socket as `fd.name` spells it. */
export interface SocketAddress {
  readonly ip: string;
  /** Absent when Falco printed the service's name (`https`). */
  readonly port?: number;
}

/** A socket: of a connection with both ends, of a listener with the server's alone. */
export interface SocketName {
  readonly client?: SocketAddress;
  readonly server: SocketAddress;
}

/** max of OCSF's port_t. */
export const LARGEST_PORT = 65_535;

const PORT = /^\d{1,5}$/;

/**
 * Parses `fd.name` of an IPv4 or IPv6 socket: `client:port->server:port`, or `server:port` of a
 * listener. IPv6 addresses stand without brackets in Falco (`::1:40856->::1:8080`); with brackets
 * they are understood too.
 *
 * @returns undefined for anything else: files, unix sockets, pipes …
 */
export function parseSocketName(name: string): SocketName | undefined {
  if (name.startsWith("/")) return undefined;
  const arrow = name.indexOf("->");
  if (arrow < 0) {
    const server = parseAddress(name);
    return server && { server };
  }
  const client = parseAddress(name.slice(0, arrow));
  const server = parseAddress(name.slice(arrow + 2));
  return client && server && { client, server };
}

function parseAddress(text: string): SocketAddress | undefined {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return undefined;
  const bracketed = text.startsWith("[") && text[colon - 1] === "]";
  const ip = bracketed ? text.slice(1, colon - 1) : text.slice(0, colon);
  if (ipVersion(ip) === undefined) return undefined;
  const portText = text.slice(colon + 1);
  if (!PORT.test(portText)) return /^[a-z]/i.test(portText) ? { ip } : undefined;
  const port = Number(portText);
  return port <= LARGEST_PORT ? { ip, port } : undefined;
}
