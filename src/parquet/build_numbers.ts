import { describeValue, type Origin, RowError } from "./row_error.ts";

/** @throws RowError for a value that is no integer of 32 bits */
export function buildInt32(values: readonly unknown[], origin: Origin): Int32Array {
  const data = new Int32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    // `value | 0` is the value itself only for integers of 32 bits (and -0, which becomes 0).
    if (typeof value !== "number" || (value | 0) !== value) {
      throw wrong(value, at, origin, "an integer of 32 bits");
    }
    data[at] = value;
  }
  return data;
}

/** @throws RowError for a value that is no integer within ±(2^53 − 1) */
export function buildInt64(values: readonly unknown[], origin: Origin): BigInt64Array {
  const data = new BigInt64Array(values.length);
  // Written as two halves (little-endian, as every machine V8 runs on): a BigInt per value is slow.
  const halves = new Int32Array(data.buffer);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value)) {
      throw wrong(value, at, origin, "an integer within ±(2^53 - 1)");
    }
    halves[2 * at] = value as number; // modulo 2^32
    halves[2 * at + 1] = Math.floor(value as number / 2 ** 32);
  }
  return data;
}

/**
 * One bit per value, least significant first.
 *
 * @throws RowError for a value that is no boolean
 */
export function buildBooleans(values: readonly unknown[], origin: Origin): Uint8Array {
  const data = new Uint8Array((values.length + 7) >> 3);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (typeof value !== "boolean") throw wrong(value, at, origin, "a boolean");
    if (value) data[at >> 3]! |= 1 << (at & 7);
  }
  return data;
}

const wrong = (value: unknown, at: number, origin: Origin, wanted: string): RowError =>
  new RowError(origin.rowOf(at), origin.path, `${describeValue(value)} is not ${wanted}`);
