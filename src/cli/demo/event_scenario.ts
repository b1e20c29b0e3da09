import type { FieldValue } from "../../event/falco_event.ts";
import { type PlaceName, PLACES } from "./event_places.ts";
import { type RuleName, RULES } from "./event_rules.ts";

/** One event without its time. */
export interface Scenario {
  readonly rule: RuleName;
  readonly hostname: string;
  /** What happened, in words. */
  readonly text: string;
  /** A value of `before` becomes a time. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A process of the demo. */
export interface DemoProcess {
  readonly place: PlaceName;
  /** Name and numeric id; `root` unless said. */
  readonly user?: readonly [name: string, uid: number];
  /** Numeric id of whoever logged in; -1 for nobody. */
  readonly login?: number;
  readonly exe: string;
  readonly cmd: string;
  /** Ancestors by name, the parent first. */
  readonly parents: readonly string[];
  readonly tty?: number;
}

/** The value of a field that holds a time: so many nanoseconds before the event's own. */
export const before = (nanoseconds: bigint) => ({ before: nanoseconds });

/** An event of Falco's syscall source: the process, what it did, and where. */
export function syscall(
  rule: RuleName,
  process: DemoProcess,
  type: string,
  text: string,
  fields: Scenario["fields"] = {},
): Scenario {
  const { place, user = ["root", 0], login = -1, exe, cmd, parents, tty = 0 } = process;
  const [parent = null, ...ancestors] = parents;
  return {
    rule,
    hostname: PLACES[place].hostname,
    text,
    fields: {
      "evt.type": type,
      "user.name": user[0],
      "user.uid": user[1],
      "user.loginuid": login,
      "proc.name": (cmd.split(" ")[0] ?? "").split("/").at(-1)?.replace(/:$/, "") ?? "",
      "proc.exepath": exe,
      "proc.cmdline": cmd,
      "proc.pname": parent,
      "proc.tty": tty,
      // Falco asks for ancestors 2 to 4 and writes null where there is none.
      ...Object.fromEntries([2, 3, 4].map((n) => [`proc.aname[${n}]`, ancestors[n - 2] ?? null])),
      ...fields,
      ...PLACES[place].fields,
    },
  };
}

/** A program that was started. */
export function execve(
  rule: RuleName,
  process: DemoProcess,
  text: string,
  fields: Scenario["fields"] = { "evt.arg.flags": "EXE_WRITABLE|EXE_LOWER_LAYER" },
): Scenario {
  return syscall(rule, process, "execve", text, fields);
}

/** The fields of a connection; the client first. Falco writes IPv6 addresses without brackets. */
export function connection(
  client: readonly [ip: string, port: number],
  server: readonly [ip: string, port: number],
  protocol: "tcp" | "udp" = "tcp",
): Scenario["fields"] {
  return {
    "fd.name": `${client[0]}:${client[1]}->${server[0]}:${server[1]}`,
    "fd.type": client[0].includes(":") ? "ipv6" : "ipv4",
    "fd.l4proto": protocol,
    "fd.cip": client[0],
    "fd.cport": client[1],
    "fd.sip": server[0],
    "fd.sport": server[1],
    "fd.lport": client[1],
    "fd.rport": server[1],
  };
}

/** An event of a plugin's source or Falco's own: no process. */
export function other(
  rule: RuleName,
  hostname: string,
  text: string,
  fields: Scenario["fields"],
): Scenario {
  return { rule, hostname, text, fields };
}

/**
 * The event as Falco serialises it (`formats.cpp`): compact, keys sorted, integers in full, missing
 * values null in `output_fields` and `<NA>` in `output`.
 *
 * @param time nanoseconds since 1970, UTC
 */
export function eventText({ rule, hostname, text, fields }: Scenario, time: bigint): string {
  const [priority = "", source = "", ...tags] = RULES[rule].split(" ");
  const stamp = `${new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19)}.${
    String(time % 1_000_000_000n).padStart(9, "0")
  }`;
  const timed = Object.entries(fields).map(([key, value]): [string, FieldValue] => [
    key,
    isBefore(value) ? time - value.before : value,
  ]);
  const details = timed.map(([key, value]) => `${key.replaceAll(".", "_")}=${value ?? "<NA>"}`);
  return json({
    hostname,
    output: `${stamp.slice(11)}: ${priority} ${text} | ${details.join(" ")}`,
    output_fields: { ...Object.fromEntries(timed), "evt.time": time },
    priority,
    rule,
    source,
    ...(tags.length > 0 ? { tags } : {}),
    time: `${stamp}Z`,
  });
}

function isBefore(value: FieldValue): value is { readonly before: bigint } {
  return typeof value === "object" && value !== null && "before" in value;
}

/** JSON.stringify can write neither bigint nor sorted keys. */
function json(value: FieldValue): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(json).join(",")}]`;
  const members = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${json(member)}`).join(",")}}`;
}

const isList = (value: object): value is readonly FieldValue[] => Array.isArray(value);
