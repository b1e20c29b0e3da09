import type { FalcoEvent, FieldValue } from "./falco_event.ts";
import { parsePriority } from "./priority.ts";
import { parseEventTime } from "./time.ts";

/** An event, or why it is none. A refused event is an outcome, not an error. */
export type ParseResult =
  | { readonly ok: true; readonly event: FalcoEvent }
  | { readonly ok: false; readonly reason: string };

const KEYS = new Set([
  "uuid",
  "output",
  "priority",
  "rule",
  "time",
  "output_fields",
  "source",
  "tags",
  "hostname",
]);

const refuse = (reason: string): ParseResult => ({ ok: false, reason });

/**
 * Parses the JSON text of one event and checks it.
 *
 * @param numbers `fast`: as JSON.parse gives them. `exact`: integers beyond 2^53 as `bigint`, and
 *   numbers that overflow (1e400) as the text they were written in; of an event with hundreds of
 *   thousands of values as well as `fast` has them.
 */
export function parseEvent(text: string, numbers: "fast" | "exact" = "fast"): ParseResult {
  let value: unknown;
  try {
    value = numbers === "exact" ? parseExact(text) : JSON.parse(text);
  } catch (error) {
    return refuse(`not JSON: ${(error as SyntaxError).message}`);
  }
  return checkEvent(value);
}

/**
 * Checks a parsed JSON value by falcosidekick's rules (`types/types.go`, A4 of our notes): keys in
 * any case, null as absent, the wrong type of a known key refused, unknown keys ignored. Unlike
 * falcosidekick, missing or empty `output_fields` are accepted, because Falco sends that with
 * `json_include_output_fields_property: false` and ignores the refusal.
 */
export function checkEvent(value: unknown): ParseResult {
  if (!isObject(value)) return refuse("not a JSON object");
  const known = knownMembers(value);

  for (const key of ["uuid", "output", "priority", "rule", "time", "source", "hostname"]) {
    const member = known[key];
    if (member !== undefined && typeof member !== "string") return refuse(`${key} is not a string`);
  }
  const { uuid, output, priority, rule, time, source, hostname } = known as Record<
    string,
    string | undefined
  >;
  const { output_fields: outputFields = {}, tags = [] } = known;
  if (!isObject(outputFields)) return refuse("output_fields is not an object");
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string" || tag === null)) {
    return refuse("tags is not an array of strings");
  }
  if (!rule) return refuse("rule is missing or empty");
  if (priority === undefined) return refuse("priority is missing");
  const parsedPriority = parsePriority(priority);
  if (!parsedPriority) return refuse(`priority ${quote(priority)} is not one of Falco's`);
  if (time === undefined) return refuse("time is missing");
  const parsedTime = parseEventTime(time);
  if (!parsedTime) return refuse(`time ${quote(time)} is not an RFC 3339 time after year 1`);
  return {
    ok: true,
    event: {
      uuid: uuid || undefined,
      rule,
      priority: parsedPriority,
      time: parsedTime,
      output: output ?? "",
      outputFields: outputFields as Record<string, FieldValue>,
      source: rule === "Test rule" ? "internal" : source || "syscall",
      tags: tags.map((tag) => tag ?? ""),
      hostname: hostname ?? "",
    },
  };
}

/** Enough of a sender's text to recognise it; the whole could be megabytes. */
const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members we know, under their own spelling. Go matches keys in any case; the last one wins. */
function knownMembers(value: Record<string, unknown>): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const name = KEYS.has(key) ? key : key.toLowerCase();
    if (KEYS.has(name) && value[key] !== null) known[name] = value[key];
  }
  return known;
}

/** JSON.parse gives a reviver the source text of a primitive; TypeScript's library lags behind. */
type SourceReviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

const keepExact: SourceReviver = (_key, value, context) => {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) return context.source;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
};

/**
 * V8 takes 250 bytes for each value when there is a reviver: four megabytes of `{},` would need more
 * than its heap may have, and end the program.
 */
const REVIVED_VALUES_MAX = 200_000;

function parseExact(text: string): unknown {
  // Numbers of 16 digits and more are the only ones that can lose anything; without one, the
  // native parser alone is several times faster than with a reviver.
  if (!/\d{16}|[eE]\+?\d{3}/.test(text) || hasManyValues(text)) return JSON.parse(text);
  return JSON.parse(text, keepExact as (key: string, value: unknown) => unknown);
}

/** Whether there may be more values than a reviver can have; each is behind one of `,`, `[`, `{`. */
function hasManyValues(text: string): boolean {
  if (text.length <= REVIVED_VALUES_MAX) return false;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === BRACKET || code === BRACE) values++;
  }
  return values > REVIVED_VALUES_MAX;
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];
