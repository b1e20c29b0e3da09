/** UTF-16 units of a label's value; a Kubernetes name has at most 253. */
const LENGTH_MAX = 256;

const encoder = new TextEncoder();
/** A byte order mark is a character like any other here. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Text from outside as a label's value: cut after 256 UTF-16 units, never inside a character, and
 * with U+FFFD for every lone surrogate. Those are lost in UTF-8: two values that differ in nothing
 * else would stand in the answer as one series twice, of which Prometheus drops one.
 */
export function labelValue(text: string): string {
  if (text.length <= LENGTH_MAX) return text.toWellFormed();
  const end = isHighSurrogate(text.charCodeAt(LENGTH_MAX - 1)) ? LENGTH_MAX - 1 : LENGTH_MAX;
  return text.slice(0, end).toWellFormed();
}

/**
 * The same text in memory of its own. What V8 cuts from a text keeps the whole of it alive: a series
 * would keep a rule's megabyte for its first 256 characters.
 *
 * @param text well-formed
 */
export function ownCopy(text: string): string {
  return decoder.decode(encoder.encode(text));
}

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
