import type { FieldValue } from "../event/falco_event.ts";
import type { MappingContext, ReceivedRecord } from "./context.ts";
import { DROPPED } from "./fields.ts";
import type { Finding } from "./finding.ts";
import { mapRecord } from "./map.ts";
import { rawJSON, textOf, UTF8 } from "./text.ts";

/** Where one output field of an event went. */
export interface Explanation {
  /** Falco's name of the field. */
  readonly field: string;
  /** The value as JSON text, with every digit. */
  readonly value: string;
  /** Paths of the attributes that hold the value or a part of it: `evidences[0].process.name`. */
  readonly to: readonly string[];
  /** Paths of other attributes that would be different without the field. */
  readonly also: readonly string[];
  /** Whether it stands in `unmapped`. */
  readonly unmapped: boolean;
  /** Whether it has no value (null, "", `<NA>`), or is the event's time once more. */
  readonly empty: boolean;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === "number" && source !== undefined ? rawJSON(source) : value;

/**
 * Tells for each output field where it went, by mapping the event without it and comparing: so it is
 * true whatever the mappers do, and they need not keep a record.
 *
 * @returns nothing for what is no Falco event
 */
export function explain(record: ReceivedRecord, context: MappingContext): Explanation[] {
  const text = UTF8.decode(record.payload);
  const whole = mapRecord(record, context);
  const event = parse(text) ?? {};
  // Keys are read in any case, see src/event.
  const key = Object.keys(event).find((key) => key.toLowerCase() === "output_fields") ?? "";
  const fields = event[key];
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return [];
  // One uid for all: otherwise it would follow from the bytes, and differ each time.
  const uuid = whole.metadata.uid;
  const map = (output_fields: unknown) =>
    leavesOf(mapRecord(
      {
        ...record,
        payload: new TextEncoder().encode(JSON.stringify({ ...event, uuid, [key]: output_fields })),
      },
      context,
    ));
  const full = map(fields);
  return Object.keys(fields).map((field) => {
    const { [field]: value, ...others } = fields as Record<string, unknown>;
    const without = map(others);
    const json = JSON.stringify(value);
    const plain = typeof value === "string" ? value : json;
    const changed = [...full].filter(([path, leaf]) => without.get(path) !== leaf);
    const attributes = changed.filter(([path]) => !path.startsWith("unmapped["));
    const empty = DROPPED.has(field) || textOf(value as FieldValue) === undefined;
    // Where nothing changes, another field holds it too: the arguments are in the command line.
    const candidates = changed.length > 0 || empty
      ? attributes
      : [...full].filter(([path]) => DETAILS.test(path));
    const to = candidates.filter(([path, leaf]) => holds(path, leaf, plain)).map(([path]) => path);
    const also = attributes.map(([path]) => path).filter((path) => !to.includes(path));
    return { field, value: json, to, also, unmapped: attributes.length < changed.length, empty };
  });
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]);
  } catch {
    return undefined; // the caller reports what is no event
  }
}

/** The attributes that come from output fields. */
const DETAILS = /^(?:evidences|actor|resources|device|cloud)\b/;
/** What an observable says of itself, not of the event. */
const ABOUT_OBSERVABLE = /^observables\[.*\.(?:name|type|type_id)$/;
const NANOSECONDS = /^\d{18,}$/;

/** Whether an attribute holds a field's value, or a part of it, or the other way round. */
function holds(path: string, leaf: string, value: string): boolean {
  if (ABOUT_OBSERVABLE.test(path)) return false;
  return isWithin(leaf, value) || isWithin(value, leaf) ||
    (NANOSECONDS.test(value) && leaf === value.slice(0, -6));
}

/** Whether a text has another one as words of its own. */
function isWithin(text: string, part: string): boolean {
  if (part === "") return false;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + part.length])) return true;
  }
  return false;
}

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** All scalars of a finding by path, but for `raw_data`, which has everything. */
function leavesOf({ raw_data: _, unmapped, ...typed }: Finding): Map<string, string> {
  const leaves = new Map<string, string>();
  walk(typed, "", leaves);
  for (const [key, text] of Object.entries(unmapped ?? {})) leaves.set(`unmapped[${key}]`, text);
  return leaves;
}

function walk(value: unknown, path: string, leaves: Map<string, string>): void {
  if (Array.isArray(value)) {
    // An observable moves up when one before it is gone, and is still the same.
    const isObservables = path === "observables";
    for (const [at, element] of value.entries()) {
      walk(element, `${path}[${isObservables ? element.name : at}]`, leaves);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      walk(member, path === "" ? name : `${path}.${name}`, leaves);
    }
  } else leaves.set(path, String(value));
}
