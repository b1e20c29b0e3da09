/** A stretch of a body, in bytes. */
export interface Stretch {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A part of a body: what looks like one JSON value, or what does not look like any. */
export interface BodyPart extends Stretch {
  readonly kind: "value" | "rest";
}

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = [0x22, 0x5c, 0x2c, 0x0a];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Finds the events in a body that is not simply one event: several JSON objects one behind the
 * other (newline-delimited or not, pretty-printed or not), or an array of them. Finds boundaries
 * only, in time linear in the body and in constant memory; whoever parses the values says whether
 * they are good.
 *
 * Where the body as a whole does not come out even, it is taken line by line, so that one bad line
 * costs no good one.
 */
export function* splitBody(bytes: Uint8Array): Generator<BodyPart> {
  const whole = { start: 0, end: bytes.length };
  if (isEven(bytes, whole)) {
    yield* splitStretch(bytes, whole);
    return;
  }
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    yield* splitStretch(bytes, { start, end });
    start = end + 1;
  }
}

/** The stretch without JSON's white space at its ends. */
export function trim(bytes: Uint8Array, { start, end }: Stretch): Stretch {
  while (start < end && isSpace(bytes[start]!)) start++;
  while (end > start && isSpace(bytes[end - 1]!)) end--;
  return { start, end };
}

/** Whether a stretch is nothing but objects and arrays. */
function isEven(bytes: Uint8Array, stretch: Stretch): boolean {
  for (const part of splitStretch(bytes, stretch)) if (part.kind === "rest") return false;
  return true;
}

/** Values one behind the other until something is no object or array, or does not end. */
function* splitStretch(bytes: Uint8Array, stretch: Stretch): Generator<BodyPart> {
  let { start, end } = trim(bytes, stretch);
  while (start < end) {
    const opening = bytes[start];
    const last = opening === OPEN_BRACE || opening === OPEN_BRACKET
      ? findOutsideStrings(bytes, start, end, (_byte, depth) => depth === 0)
      : undefined;
    if (last === undefined) {
      yield { kind: "rest", start, end };
      return;
    }
    if (opening === OPEN_BRACKET) yield* elements(bytes, start + 1, last);
    else yield { kind: "value", start, end: last + 1 };
    ({ start, end } = trim(bytes, { start: last + 1, end }));
  }
}

/** What stands between the commas of an array; an empty place is a value for the parser to refuse. */
function* elements(bytes: Uint8Array, start: number, end: number): Generator<BodyPart> {
  const inside = trim(bytes, { start, end });
  if (inside.start === inside.end) return;
  const isComma = (byte: number, depth: number) => byte === COMMA && depth === 0;
  for (let from = start; from <= end;) {
    const comma = findOutsideStrings(bytes, from, end, isComma) ?? end;
    yield { kind: "value", ...trim(bytes, { start: from, end: comma }) };
    from = comma + 1;
  }
}

/** The first byte outside strings that fits, given it and the nesting depth behind it. */
function findOutsideStrings(
  bytes: Uint8Array,
  start: number,
  end: number,
  fits: (byte: number, depth: number) => boolean,
): number | undefined {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    if (fits(byte, depth)) return at;
  }
  return undefined;
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
