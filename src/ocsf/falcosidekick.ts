import type { FalcoEvent } from "../event/falco_event.ts";
import { parseEvent } from "../event/parse.ts";
import { uuidOf } from "../event/uid.ts";
import type { MappingContext, ReceivedRecord } from "./context.ts";
import { readEvent } from "./read_event.ts";
import { SEVERITY, type Severity, UNKNOWN_SEVERITY } from "./severity.ts";
import { UTF8 } from "./text.ts";
import { timeOf } from "./time.ts";
import { millisecondsIn, UNREADABLE_TITLE } from "./unreadable.ts";

/**
 * A row of falcosidekick's Security Lake output: OCSF's Security Finding (class 2001) in a shape of
 * its own (falcosidekick `outputs/awssecuritylake.go`). Every member is always there: what is not
 * known is "" or an empty list.
 */
export type FalcosidekickFinding = Classification & {
  readonly finding: {
    readonly created_time: number;
    /** Falco's `output`. */
    readonly desc: string;
    /** The rule. */
    readonly title: string;
    /** The event source. */
    readonly types: readonly string[];
    readonly uid: string;
  };
  /** The rule. */
  readonly message: string;
  readonly metadata: {
    readonly version: "0.1.0";
    readonly product: { readonly vendor_name: "Falcosecurity"; readonly name: "Falco" };
    /** The tags, sorted. */
    readonly labels: readonly string[];
  };
  readonly observables: readonly FalcosidekickObservable[];
  /** The received bytes as UTF-8. */
  readonly raw_data: string;
  readonly severity: string;
  readonly severity_id: number;
  /** The priority. */
  readonly status: string;
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
};

type Classification = typeof CLASSIFICATION;

/** The host, or a text or number of `output_fields`. */
export type FalcosidekickObservable = {
  readonly name: string;
  readonly type: "Other";
  readonly type_id: 0;
  readonly value: string;
};

const CLASSIFICATION = {
  activity_id: 1,
  activity_name: "Generate",
  category_name: "Findings",
  category_uid: 2,
  classname: "Security Finding",
  class_uid: 2001,
  state: "New",
  state_id: 1,
  type_name: "Security Finding: Generate",
  type_uid: 200101,
} as const;

/** What a row depends on besides the event. */
type RowContext = Pick<MappingContext, "rawData" | "enrich">;

const PRODUCT = { vendor_name: "Falcosecurity", name: "Falco" } as const;

/**
 * Maps one received event to the row that falcosidekick would write, but for what is a defect
 * there: numbers keep their digits, observables their order, nothing is truncated, and `raw_data`
 * is what was received. A sender's uuid is kept; an absent source has Falco's name, `syscall`; a
 * time that no set clock tells is that of receipt, as for OCSF.
 *
 * Pure, and never throws: what cannot be read as a Falco event becomes a row that says so.
 *
 * @param failure that the row was mapped before and was no good: now as one that cannot be read
 */
export function mapToFalcosidekick(
  record: ReceivedRecord,
  context: RowContext = {},
  failure?: string,
): FalcosidekickFinding {
  const text = UTF8.decode(record.payload);
  if (failure !== undefined) {
    return mapUnreadable(`falco-lake failed to map it: ${failure}`, text, record);
  }
  const { enrich } = context;
  try {
    // Numbers of an event with other fields are no longer found in its text.
    const result = enrich?.changesFields ? readEvent(text, enrich) : parseEvent(text);
    if (!result.ok) return mapUnreadable(result.reason, text, record);
    const event = enrich && !enrich.changesFields ? enrich(result.event).event : result.event;
    return mapEvent(event, text, record, context);
  } catch (error) {
    // A mistake of ours must cost one row its detail, not the batch it is in.
    return mapUnreadable(`falco-lake failed to map it: ${error}`, text, record);
  }
}

function mapEvent(
  event: FalcoEvent,
  text: string,
  record: ReceivedRecord,
  { rawData, enrich }: RowContext,
): FalcosidekickFinding {
  return findingOf({
    uid: event.uuid?.toWellFormed() ?? uuidOf(record.payload),
    time: timeOf(event.time.milliseconds, record.receivedMicroseconds),
    title: event.rule.toWellFormed(),
    desc: event.output.toWellFormed(),
    types: [event.source.toWellFormed()],
    labels: event.tags.map((tag) => tag.toWellFormed()).sort(),
    severity: SEVERITY[event.priority],
    status: event.priority,
    observables: observablesOf(event, text, enrich?.rename),
    rawData: rawData === false ? "" : text,
  });
}

/** As `unreadRecord`. */
export function unreadToFalcosidekick(
  record: ReceivedRecord,
  reason: string,
): FalcosidekickFinding {
  const text = UTF8.decode(record.payload);
  return mapUnreadable(reason, text, record, millisecondsIn(text));
}

/** For a record that is no event, which falcosidekick would skip. */
function mapUnreadable(
  reason: string,
  text: string,
  record: ReceivedRecord,
  milliseconds?: number,
): FalcosidekickFinding {
  return findingOf({
    uid: uuidOf(record.payload),
    time: timeOf(milliseconds, record.receivedMicroseconds),
    title: UNREADABLE_TITLE,
    desc: `${UNREADABLE_TITLE}: ${reason}`.toWellFormed(),
    types: [],
    labels: [],
    // falcosidekick's "Uknown" stands in nobody's table: it refuses events without a priority.
    severity: UNKNOWN_SEVERITY,
    status: "",
    observables: [],
    rawData: text,
  });
}

/** What differs from row to row. */
interface Parts {
  readonly uid: string;
  readonly time: number;
  readonly title: string;
  readonly desc: string;
  readonly types: readonly string[];
  readonly labels: readonly string[];
  readonly severity: Severity;
  readonly status: string;
  readonly observables: readonly FalcosidekickObservable[];
  readonly rawData: string;
}

function findingOf(parts: Parts): FalcosidekickFinding {
  const { uid, time, title, desc, types, labels, severity, status, observables, rawData } = parts;
  return {
    ...CLASSIFICATION,
    finding: { created_time: time, desc, title, types, uid },
    message: title,
    metadata: { version: "0.1.0", product: PRODUCT, labels },
    observables,
    raw_data: rawData,
    severity: severity.name,
    severity_id: severity.id,
    status,
    time,
  };
}

/** The host and every text and number, empty texts too; no booleans, null, lists and objects. */
function observablesOf(
  { hostname, outputFields }: FalcoEvent,
  text: string,
  rename: (field: string) => string = (field) => field,
): FalcosidekickObservable[] {
  const observables: FalcosidekickObservable[] = [];
  const add = (name: string, value: string) => {
    const text = value.toWellFormed();
    observables.push({ name: rename(name).toWellFormed(), type: "Other", type_id: 0, value: text });
  };
  if (hostname !== "") add("hostname", hostname);
  let exact: FalcoEvent["outputFields"] | undefined;
  let lookups = 0;
  for (const name of Object.keys(outputFields)) {
    const value = outputFields[name];
    if (typeof value === "string") {
      add(name, value);
    } else if (typeof value === "bigint") {
      add(name, String(value));
    } else if (typeof value === "number") {
      const isRounded = Math.abs(value) > Number.MAX_SAFE_INTEGER;
      const digits = isRounded
        ? (lookups++ < LOOKUPS_MAX ? digitsOf(name, value, text) : undefined) ??
          String((exact ??= exactFields(text) ?? outputFields)[name])
        : String(value);
      add(name, digits);
    }
  }
  return observables;
}

/** Each goes through the whole text: with more of them, exact parsing is cheaper. */
const LOOKUPS_MAX = 4;
const PLAIN_NAME = /^[\w.]+$/;
const INTEGER = /\s*(-?\d+)(?![\d.eE])/y;

/**
 * The digits of a rounded integer, looked up in the text of the event: nearly every event has its
 * time in nanoseconds, and exact parsing takes several times as long.
 *
 * @returns undefined when they might be another field's
 */
function digitsOf(name: string, rounded: number, text: string): string | undefined {
  // Between quotes, the first one not escaped, such a name can only be a key.
  if (!PLAIN_NAME.test(name)) return undefined;
  const key = `"${name}":`;
  const at = text.indexOf(key);
  if (at === -1 || text[at - 1] === "\\" || text.includes(key, at + 1)) return undefined;
  INTEGER.lastIndex = at + key.length;
  const digits = INTEGER.exec(text)?.[1];
  return Number(digits) === rounded ? digits : undefined;
}

/** `output_fields` with every digit; undefined when they are nested too deep for exact parsing. */
function exactFields(text: string): FalcoEvent["outputFields"] | undefined {
  const result = parseEvent(text, "exact");
  return result.ok ? result.event.outputFields : undefined;
}
