import type { FalcoEvent } from "../event/falco_event.ts";
import { parseEvent } from "../event/parse.ts";
import { splitBody, type Stretch, trim } from "./split.ts";

/** What was wanted of an event, and the bytes it was received as; or why something is none. */
export type ReadItem<Digest> =
  | { readonly kind: "event"; readonly digest: Digest; readonly payload: Uint8Array }
  | { readonly kind: "refusal"; readonly refusal: Refusal };

/** Something in a body that is no event. */
export interface Refusal {
  /** Byte offset in the body. */
  readonly offset: number;
  /** Without the white space around it; empty where something is missing. */
  readonly bytes: Uint8Array;
  readonly reason: string;
}

// Go replaces bad bytes by U+FFFD, as this does, and refuses a byte order mark.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the events of a body: one, as Falco sends it, or many. A bad one costs no good one. One at a
 * time, because a body of a few megabytes can hold millions of bad ones. An event itself is not
 * given out, because as an object it can take twenty times its bytes: who waits between two of them
 * would hold that all the while.
 *
 * @param digest what is wanted of an event; must not keep it
 * @param maxEventBytes larger events are refused unread
 * @param numbers as `parseEvent` has it
 */
export function* readEvents<Digest>(
  bytes: Uint8Array,
  digest: (event: FalcoEvent) => Digest,
  maxEventBytes = Infinity,
  numbers: "fast" | "exact" = "fast",
): Generator<ReadItem<Digest>> {
  const readOne = (stretch: Stretch): ReadItem<Digest> => {
    const { start, end } = stretch;
    if (end - start > maxEventBytes) {
      const reason = `an event of ${end - start} bytes, and receiver.maxbodysize is ` +
        `${maxEventBytes}`;
      return refuse(bytes, stretch, reason);
    }
    const payload = bytes.subarray(start, end);
    const parsed = parseEvent(decoder.decode(payload), numbers);
    if (!parsed.ok) return refuse(bytes, stretch, parsed.reason);
    return { kind: "event", digest: digest(parsed.event), payload };
  };

  const whole = trim(bytes, { start: 0, end: bytes.length });
  if (whole.start === whole.end) {
    yield refuse(bytes, whole, "the body is empty");
    return;
  }
  const single = readOne(whole);
  if (single.kind === "event") {
    yield single;
    return;
  }
  let any = false;
  for (const part of splitBody(bytes)) {
    any = true;
    if (part.kind === "value") yield readOne(part);
    else yield refuse(bytes, part, "not a JSON object");
  }
  if (!any) yield refuse(bytes, whole, "an empty array");
}

/** The line, from 1, that an offset of a body stands in. */
export function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) {
    line++;
  }
  return line;
}

const refuse = (bytes: Uint8Array, { start, end }: Stretch, reason: string) => ({
  kind: "refusal" as const,
  refusal: { offset: start, bytes: bytes.subarray(start, end), reason },
});
