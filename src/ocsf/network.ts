import { LARGEST_PORT, parseSocketName, type SocketAddress } from "./fd_name.ts";
import type { Fields } from "./fields.ts";
import type { ConnectionInfo, Endpoint, Evidence, Writable } from "./finding.ts";
import { isHostname } from "./hostname.ts";
import { ipVersion } from "./ip.ts";

/** IANA's numbers of the values of `fd.l4proto`. */
const PROTOCOL_NUMBERS = new Map([["icmp", 1], ["tcp", 6], ["udp", 17]]);
const ICMPV6 = 58;

/** The field names of one side of a connection: `fd.cip`, `fd.cport`, `fd.cip.name` for the client. */
interface SideNames {
  readonly ip: string;
  readonly port: string;
  readonly hostname: string;
}

const sideNames = (letter: string): SideNames => ({
  ip: `fd.${letter}ip`,
  port: `fd.${letter}port`,
  hostname: `fd.${letter}ip.name`,
});

const CLIENT = sideNames("c");
const SERVER = sideNames("s");
const LOCAL = sideNames("l");
const REMOTE = sideNames("r");

/** The part of an evidence that is about the network. */
export type NetworkEvidence = Pick<Evidence, "connection_info" | "src_endpoint" | "dst_endpoint">;

/**
 * The connection that a system call was about: the client is the source, the server the
 * destination, as in `fd.name`.
 *
 * The sides come from `fd.c*`/`fd.s*` first and `fd.name` second. `fd.l*`/`fd.r*` are used where
 * they agree with those or nothing else is known: Falco tells local from remote by the host's own
 * addresses, and takes a container's for remote (its connect to 23.215.0.136:443 has `fd.lport`
 * 443). For the same reason no direction is concluded from them.
 */
export function mapNetwork(fields: Fields): NetworkEvidence {
  const client = sideOf(fields, CLIENT);
  const server = sideOf(fields, SERVER);
  const name = fields.text("fd.name");
  const socket = name === undefined ? undefined : parseSocketName(name);
  const source: Writable<Endpoint> = client ?? {};
  const destination: Writable<Endpoint> = server ?? {};
  if (socket && agree(source, socket.client) && agree(destination, socket.server)) {
    // A port's service name (`10.0.0.5:ssh`) has no place: fd.name stays, to say it.
    if ([socket.client, socket.server].every((side) => side?.port !== undefined || !side)) {
      fields.use("fd.name");
    }
    Object.assign(source, socket.client);
    Object.assign(destination, socket.server);
  }
  addLocalAndRemote(fields, source, destination);

  const evidence: Writable<NetworkEvidence> = {};
  const connection = mapConnection(fields, source, destination);
  if (connection) evidence.connection_info = connection;
  if (isEndpoint(source)) {
    evidence.src_endpoint = source;
    takeSide(fields, CLIENT, source);
  }
  if (isEndpoint(destination)) {
    evidence.dst_endpoint = destination;
    takeSide(fields, SERVER, destination);
  }
  return evidence;
}

/** OCSF's network_endpoint needs more than a port. */
const isEndpoint = (side: Endpoint): boolean =>
  side.ip !== undefined || side.hostname !== undefined;

function sideOf(fields: Fields, names: SideNames): Writable<Endpoint> | undefined {
  const ip = fields.text(names.ip);
  const port = fields.integer(names.port, 0, LARGEST_PORT);
  const hostname = fields.text(names.hostname);
  if (ip === undefined && port === undefined && hostname === undefined) return undefined;
  const side: Writable<Endpoint> = {};
  if (ip !== undefined && ipVersion(ip)) side.ip = ip;
  if (port !== undefined) side.port = port;
  if (hostname !== undefined && isHostname(hostname)) side.hostname = hostname;
  return side;
}

/** Whether two descriptions can be of the same side: nothing that both know differs. */
function agree(side: Endpoint, other: Endpoint | SocketAddress | undefined): boolean {
  return other === undefined || (same(side.ip, other.ip) && same(side.port, other.port));
}

const same = (a: unknown, b: unknown): boolean => a === undefined || b === undefined || a === b;

/** Takes the fields of a side whose values the endpoint now holds. */
function takeSide(fields: Fields, names: SideNames, endpoint: Endpoint): void {
  if (endpoint.ip !== undefined && fields.text(names.ip) === endpoint.ip) fields.use(names.ip);
  if (endpoint.hostname !== undefined && fields.text(names.hostname) === endpoint.hostname) {
    fields.use(names.hostname);
  }
  if (
    endpoint.port !== undefined && fields.integer(names.port, 0, LARGEST_PORT) === endpoint.port
  ) fields.use(names.port);
}

/**
 * Adds what the local and the remote side know, the way round in which more of it is the same as what
 * is known; neither way when that does not tell. When nothing is known, the local side is the client,
 * unless it accepts a connection.
 */
function addLocalAndRemote(
  fields: Fields,
  source: Writable<Endpoint>,
  destination: Writable<Endpoint>,
): void {
  const local = sideOf(fields, LOCAL) ?? {};
  const remote = sideOf(fields, REMOTE) ?? {};
  const isClient = likeness(source, local) + likeness(destination, remote);
  const isServer = likeness(source, remote) + likeness(destination, local);
  const isUnknown = !hasAny(source) && !hasAny(destination);
  const accepts = fields.text("evt.type")?.startsWith("accept") ?? false;
  if (isUnknown ? !accepts : isClient > isServer) {
    addSide(fields, LOCAL, local, source);
    addSide(fields, REMOTE, remote, destination);
  } else if (isUnknown ? accepts : isServer > isClient) {
    addSide(fields, REMOTE, remote, source);
    addSide(fields, LOCAL, local, destination);
  }
}

/** How many values two descriptions share; -Infinity when they cannot be of the same side. */
function likeness(side: Endpoint, other: Endpoint): number {
  if (!agree(side, other)) return -Infinity;
  const isShared = (a: unknown, b: unknown) => a !== undefined && a === b ? 1 : 0;
  return isShared(side.ip, other.ip) + isShared(side.port, other.port);
}

const hasAny = ({ ip, port, hostname }: Endpoint): boolean =>
  ip !== undefined || port !== undefined || hostname !== undefined;

function addSide(
  fields: Fields,
  names: SideNames,
  side: Endpoint,
  endpoint: Writable<Endpoint>,
): void {
  Object.assign(endpoint, { ...side, ...endpoint });
  if (isEndpoint(endpoint)) takeSide(fields, names, endpoint);
}

function mapConnection(
  fields: Fields,
  source: Endpoint,
  destination: Endpoint,
): ConnectionInfo | undefined {
  const protocol = fields.take("fd.l4proto");
  const version = versionOf(fields, source, destination);
  if (protocol === undefined && version === undefined) return undefined;
  const connection: Writable<ConnectionInfo> = { direction_id: 0 };
  if (protocol !== undefined) {
    connection.protocol_name = protocol;
    const number = protocol === "icmp" && version === 6 ? ICMPV6 : PROTOCOL_NUMBERS.get(protocol);
    if (number !== undefined) connection.protocol_num = number;
  }
  if (version !== undefined) connection.protocol_ver_id = version;
  return connection;
}

function versionOf(fields: Fields, source: Endpoint, destination: Endpoint): 4 | 6 | undefined {
  const type = fields.text("fd.type");
  if (type === "ipv4" || type === "ipv6") {
    fields.use("fd.type");
    return type === "ipv4" ? 4 : 6;
  }
  const ip = source.ip ?? destination.ip;
  return ip === undefined ? undefined : ipVersion(ip);
}
