import type { Data } from "apache-arrow";

/*
 * Security Lake wants data pages of at most 1 MB uncompressed ("Custom source requirements"). The
 * writer (arrow-rs 59) looks at a page's size only after each run of values, and guesses the run's
 * length from its first values: one row of 300 bytes and 8000 of 64 KiB make a page of 60 MB. So we
 * hand it rows in record batches in which no run can be long: a page ends at PAGE_BYTES, plus at
 * most one run of RUN_BYTES, plus definition and repetition levels (a few bits per value).
 */

/** A page or dictionary ends when it has reached this. */
export const PAGE_BYTES = 384 << 10;
/** The most that one run may add. */
export const RUN_BYTES = 512 << 10;
/** The writer's `write_batch_size`: the most rows in a run, where it keeps to it. */
export const RUN_ROWS = 64;

/**
 * Whether no run of values in any of these columns can exceed RUN_BYTES. Always so for a single row,
 * which cannot be divided.
 */
export function keepsPagesSmall(columns: readonly Data[], rows: number): boolean {
  if (rows <= 1) return true;
  const rowStarts = Int32Array.from({ length: rows + 1 }, (_, row) => row);
  return columns.every((column) => runsAreShort(column, rowStarts));
}

/** @param rowStarts for each row the index of its first value in `data`, and the end of the last */
function runsAreShort(data: Data, rowStarts: Int32Array): boolean {
  const { valueOffsets, children } = data as { valueOffsets?: Int32Array; children: Data[] };
  if (children.length > 0) {
    // A struct has none, and as many children's values as its own; a list or map has them.
    const starts = valueOffsets ? rowStarts.map((index) => valueOffsets[index]!) : rowStarts;
    return children.every((child) => runsAreShort(child, starts));
  }
  // PLAIN encoding: a string takes 4 bytes for its length, then its bytes; a number up to 8.
  const bytesUpTo = valueOffsets
    ? (index: number) => valueOffsets[index]! + 4 * index
    : (index: number) => 8 * index;
  if (bytesUpTo(rowStarts.at(-1)!) - bytesUpTo(rowStarts[0]!) <= RUN_BYTES) return true;
  return longestRun(rowStarts.map(bytesUpTo)) <= RUN_BYTES;
}

/** The most bytes in as many rows as the writer may take at once. */
function longestRun(bytes: Int32Array): number {
  const beyond = bytes.findIndex((end) => end - bytes[0]! > PAGE_BYTES);
  const guess = beyond === -1 ? bytes.length - 1 : beyond - 1; // rows that fit into a page
  const rows = Math.min(Math.max(guess, RUN_ROWS), bytes.length - 1);
  let longest = 0;
  for (let row = rows; row < bytes.length; row++) {
    longest = Math.max(longest, bytes[row]! - bytes[row - rows]!);
  }
  return longest;
}
