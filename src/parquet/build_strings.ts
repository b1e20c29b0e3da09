import { describeValue, type Origin, RowError } from "./row_error.ts";

/** Strings as Arrow lays them out. */
export interface StringBuffers {
  /** UTF-8, one string after the other. */
  readonly data: Uint8Array;
  /** Where each string begins in `data`, and at the end where the last one ends. */
  readonly valueOffsets: Int32Array;
}

/** Characters that are joined and encoded with one call: a call costs more than a short string. */
const CHUNK_CHARACTERS = 1 << 11;
/** A UTF-16 code unit takes at most this many bytes in UTF-8. */
const MOST_BYTES_PER_CHARACTER = 3;
/** Arrow's Utf8 has 32-bit offsets. */
const MOST_BYTES = 2 ** 31 - 1;

const encoder = new TextEncoder();
/** Where a column is put together, before it is copied at its right size. Only grows. */
let scratch = new Uint8Array(CHUNK_CHARACTERS * MOST_BYTES_PER_CHARACTER);

/**
 * Encodes strings; `undefined` takes no bytes. A lone surrogate becomes U+FFFD, since UTF-8 has no
 * way to write it.
 *
 * @throws RowError for a value that is no string
 * @throws RangeError when the strings have 2 GiB or more together
 */
export function buildStrings(values: readonly unknown[], origin: Origin): StringBuffers {
  const valueOffsets = new Int32Array(values.length + 1);
  let end = 0;
  let chunkStart = 0;
  let chunkCharacters = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value !== undefined) {
      if (typeof value !== "string") {
        const problem = `${describeValue(value)} is not a string`;
        throw new RowError(origin.rowOf(at), origin.path, problem);
      }
      chunkCharacters += value.length;
    }
    if (chunkCharacters >= CHUNK_CHARACTERS || at === values.length - 1) {
      const chunk = values.slice(chunkStart, at + 1) as (string | undefined)[];
      end = encodeChunk(chunk, chunkCharacters, end, valueOffsets, chunkStart);
      chunkStart = at + 1;
      chunkCharacters = 0;
    }
  }
  return { data: scratch.slice(0, end), valueOffsets };
}

/**
 * Puts strings into `scratch` at `end` and their ends into `valueOffsets`.
 *
 * @returns the new end
 */
function encodeChunk(
  chunk: readonly (string | undefined)[],
  characters: number,
  start: number,
  valueOffsets: Int32Array,
  firstIndex: number,
): number {
  reserve(start, characters * MOST_BYTES_PER_CHARACTER);
  let end = start;
  const text = characters === 0 ? "" : chunk.join("");
  const onlyAscii = encoder.encodeInto(text, scratch.subarray(start)).written === characters;
  for (let at = 0; at < chunk.length; at++) {
    const string = chunk[at];
    if (string) {
      // Not only ASCII: again, one by one, to learn each one's length, and because joining may have
      // made a pair of two lone surrogates.
      end += onlyAscii ? string.length : encoder.encodeInto(string, scratch.subarray(end)).written;
    }
    valueOffsets[firstIndex + at + 1] = end;
  }
  return end;
}

function reserve(used: number, more: number): void {
  const wanted = used + more;
  if (wanted <= scratch.length) return;
  if (wanted > MOST_BYTES) throw new RangeError("a column of 2 GiB or more cannot be encoded");
  const larger = new Uint8Array(Math.min(Math.max(wanted, scratch.length * 2), MOST_BYTES));
  larger.set(scratch.subarray(0, used));
  scratch = larger;
}
