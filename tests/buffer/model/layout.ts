/*
 * Reads what the buffer writes, by the layout that stands at the top of `buffer.ts` and with none
 * of its code, so that a mistake there is not made here as well.
 */

export interface WrittenRecord {
  /** Offsets within the bytes that were read. */
  readonly start: number;
  readonly end: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

const HEADER_BYTES = 24;

/** The whole records that stand one behind the other from the first byte on. */
export function* recordsIn(bytes: Uint8Array): Generator<WrittenRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = 0;
  while (start + HEADER_BYTES <= bytes.length) {
    const end = start + HEADER_BYTES + view.getUint32(start, true);
    if (end > bytes.length) return;
    const sequence = Number(view.getBigUint64(start + 8, true));
    yield { start, end, sequence, payload: bytes.subarray(start + HEADER_BYTES, end) };
    start = end;
  }
}
