/** A stretch of a body. */
export interface Stretch {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** What a body holds, in order: things that look like one JSON value each, and what does not. */
export interface BodyParts {
  readonly values: readonly Stretch[];
  readonly rest: readonly Stretch[];
}

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = [0x22, 0x5c, 0x2c, 0x0a];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Finds the events in a body that is not simply one event: several JSON objects one behind the
 * other (newline-delimited or not, pretty-printed or not), or an array of them. Finds boundaries
 * only, in time linear in the body; whoever parses the values says whether they are good.
 *
 * Where the body as a whole does not come out even, it is taken line by line, so that one bad line
 * costs no good one.
 */
export function splitBody(bytes: Uint8Array): BodyParts {
  const whole = splitStretch(bytes, { start: 0, end: bytes.length });
  if (whole.rest.length === 0) return whole;
  const values: Stretch[] = [];
  const rest: Stretch[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = splitStretch(bytes, { start, end });
    values.push(...line.values);
    rest.push(...line.rest);
    start = end + 1;
  }
  return { values, rest };
}

/** The stretch without JSON's white space at its ends. */
export function trim(bytes: Uint8Array, { start, end }: Stretch): Stretch {
  while (start < end && isSpace(bytes[start]!)) start++;
  while (end > start && isSpace(bytes[end - 1]!)) end--;
  return { start, end };
}

/** Values one behind the other until something is no object or array, or does not end. */
function splitStretch(bytes: Uint8Array, stretch: Stretch): BodyParts {
  const values: Stretch[] = [];
  let { start, end } = trim(bytes, stretch);
  while (start < end) {
    const valueEnd = endOfValue(bytes, start, end);
    if (valueEnd === undefined) return { values, rest: [{ start, end }] };
    if (bytes[start] === OPEN_BRACKET) values.push(...elements(bytes, start + 1, valueEnd - 1));
    else values.push({ start, end: valueEnd });
    ({ start, end } = trim(bytes, { start: valueEnd, end }));
  }
  return { values, rest: [] };
}

/** What stands between the commas of an array. */
function elements(bytes: Uint8Array, start: number, end: number): Stretch[] {
  const found: Stretch[] = [];
  let from = start;
  walk(bytes, start, end, (at, byte, depth) => {
    if (byte === COMMA && depth === 0) {
      found.push(trim(bytes, { start: from, end: at }));
      from = at + 1;
    }
    return true;
  });
  const last = trim(bytes, { start: from, end });
  if (found.length > 0 || last.end > last.start) found.push(last);
  return found;
}

/** Where the object or array that begins at `start` ends; undefined when none begins or it does not. */
function endOfValue(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (bytes[start] !== OPEN_BRACE && bytes[start] !== OPEN_BRACKET) return undefined;
  let valueEnd: number | undefined;
  walk(bytes, start, end, (at, _byte, depth) => {
    if (depth === 0) valueEnd = at + 1;
    return depth > 0;
  });
  return valueEnd;
}

/** Visits every byte outside strings, with the nesting depth behind it, until told to stop. */
function walk(
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: (at: number, byte: number, depth: number) => boolean,
): void {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    if (!visit(at, byte, depth)) return;
  }
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
