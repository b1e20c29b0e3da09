import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // keeps a byte order mark

/** In place of the reader's own, which drop a byte order mark and make `Date`s. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes),
  timestampFromMilliseconds(milliseconds: bigint): string | bigint {
    const date = new Date(Number(milliseconds));
    return Number.isNaN(date.getTime()) ? milliseconds : date.toISOString();
  },
};

/**
 * Reads a Parquet file with a reader that shares no code with our writer.
 *
 * @returns the rows as JSON would have them: absent values left out, INT64 as number (as decimal
 *   text beyond ±(2^53 − 1)), TIMESTAMP as RFC 3339 text in UTC, MAP as object, LIST as array
 * @throws Error when `bytes` is no Parquet file, or a damaged one
 */
export async function readRows(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const file = {
    byteLength: bytes.length,
    slice: (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
  const rows = await parquetReadObjects({ file, compressors, parsers });
  return rows.map((row) => plain(row) as Record<string, unknown>);
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((element) => plain(element ?? null));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([key, member]) => [key, plain(member)]),
  );
}
