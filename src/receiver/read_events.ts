import type { FalcoEvent } from "../event/falco_event.ts";
import { parseEvent } from "../event/parse.ts";
import { splitBody, type Stretch, trim } from "./split.ts";

/** An event and the bytes it was received as. */
export interface ReceivedEvent {
  readonly event: FalcoEvent;
  readonly payload: Uint8Array;
}

/** The first thing in a body that is no event. */
export interface Refusal {
  /** 1 for the first line of the body. */
  readonly line: number;
  readonly reason: string;
}

export interface ReadEvents {
  readonly events: readonly ReceivedEvent[];
  readonly refused: number;
  readonly firstRefusal: Refusal | undefined;
}

// Go replaces bad bytes by U+FFFD, as this does, and refuses a byte order mark.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads the events of a body: one, as Falco sends it, or many. A bad one costs no good one. */
export function readEvents(bytes: Uint8Array): ReadEvents {
  const whole = trim(bytes, { start: 0, end: bytes.length });
  const single = readOne(bytes, whole);
  if ("event" in single) return { events: [single], refused: 0, firstRefusal: undefined };

  const { values, rest } = splitBody(bytes);
  const events: ReceivedEvent[] = [];
  const refusals: { readonly at: number; readonly reason: string }[] = rest.map(({ start }) => ({
    at: start,
    reason: "not a JSON object",
  }));
  for (const value of values) {
    const read = readOne(bytes, value);
    if ("event" in read) events.push(read);
    else refusals.push({ at: value.start, reason: read.reason });
  }
  if (events.length === 0 && refusals.length === 0) {
    refusals.push({ at: 0, reason: "the body is empty" });
  }
  const first = refusals.sort((a, b) => a.at - b.at)[0];
  return {
    events,
    refused: refusals.length,
    firstRefusal: first && { line: lineOf(bytes, first.at), reason: first.reason },
  };
}

function readOne(bytes: Uint8Array, { start, end }: Stretch): ReceivedEvent | { reason: string } {
  const payload = bytes.subarray(start, end);
  const parsed = parseEvent(decoder.decode(payload));
  return parsed.ok ? { event: parsed.event, payload } : { reason: parsed.reason };
}

function lineOf(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let i = bytes.indexOf(0x0a); i >= 0 && i < at; i = bytes.indexOf(0x0a, i + 1)) line++;
  return line;
}
