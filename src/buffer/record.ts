import { crc32 } from "node:zlib";
import { getU64, setU64, TWO_32 } from "./u64.ts";

/** One received event, as stored. */
export interface BufferRecord {
  /** 1, 2, 3 … in the order of arrival; never given twice in one log. */
  readonly sequence: number;
  /** Our clock when the request was read, µs since 1970. */
  readonly receivedMicroseconds: number;
  /** The received bytes. From a reader: valid only until the next record is asked for. */
  readonly payload: Uint8Array;
}

/** Bytes a record takes besides its payload. */
export const RECORD_HEADER_BYTES = 24;

const LENGTH_AT = 0;
const CRC_AT = 4;
const SEQUENCE_AT = 8;
const RECEIVED_AT = 16;

/**
 * Writes one record at `offset`, in the layout that stands at the top of `buffer.ts`.
 *
 * @returns the offset just past it
 */
export function encodeRecord(into: Uint8Array, offset: number, record: BufferRecord): number {
  const { sequence, receivedMicroseconds, payload } = record;
  const end = offset + RECORD_HEADER_BYTES + payload.length;
  const view = new DataView(into.buffer, into.byteOffset + offset, RECORD_HEADER_BYTES);
  view.setUint32(LENGTH_AT, payload.length, true);
  setU64(view, SEQUENCE_AT, sequence);
  setU64(view, RECEIVED_AT, receivedMicroseconds);
  into.set(payload, offset + RECORD_HEADER_BYTES);
  view.setUint32(CRC_AT, crc32(into.subarray(offset + SEQUENCE_AT, end)), true);
  return end;
}

/** What stands at an offset. `short`: more bytes are needed to say. */
export type DecodedRecord =
  | { readonly kind: "record"; readonly record: BufferRecord; readonly bytes: number }
  | { readonly kind: "short"; readonly bytes: number }
  /** `checked`: bytes that were checksummed to find out. */
  | { readonly kind: "damaged"; readonly checked: number };

/**
 * Reads the record at `offset`, if a whole and undamaged one with a sequence in
 * [`least`, `greatest`] stands there. The payload is a view into `bytes`.
 */
export function decodeRecord(
  bytes: Uint8Array,
  offset: number,
  least: number,
  greatest: number,
): DecodedRecord {
  if (offset + RECORD_HEADER_BYTES > bytes.length) {
    return { kind: "short", bytes: RECORD_HEADER_BYTES };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, RECORD_HEADER_BYTES);
  const sequence = getU64(view, SEQUENCE_AT);
  // The sequence is checked before the length is believed: it makes a false start in the middle of
  // a payload all but impossible, so that a search after damage needs hardly any checksums.
  if (sequence < least || sequence > greatest) return { kind: "damaged", checked: 0 };
  const size = RECORD_HEADER_BYTES + view.getUint32(LENGTH_AT, true);
  if (offset + size > bytes.length) return { kind: "short", bytes: size };
  const end = offset + size;
  if (crc32(bytes.subarray(offset + SEQUENCE_AT, end)) !== view.getUint32(CRC_AT, true)) {
    return { kind: "damaged", checked: size };
  }
  const receivedMicroseconds = getU64(view, RECEIVED_AT);
  const payload = bytes.subarray(offset + RECORD_HEADER_BYTES, end);
  return { kind: "record", record: { sequence, receivedMicroseconds, payload }, bytes: size };
}

/**
 * The first offset from `from` on at which a record with a sequence in [`least`, `greatest`] could
 * begin, going by its sequence alone; `bytes.length - RECORD_HEADER_BYTES + 1` when there is none.
 *
 * A search behind damage looks at every byte, so this has to be quick: some 3 ns for each.
 */
export function findPossibleRecord(
  bytes: Uint8Array,
  from: number,
  least: number,
  greatest: number,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [leastHigh, greatestHigh] = [Math.floor(least / TWO_32), Math.floor(greatest / TWO_32)];
  const end = bytes.length - RECORD_HEADER_BYTES + 1;
  for (let at = from; at < end; at++) {
    const high = view.getUint32(at + SEQUENCE_AT + 4, true);
    if (high < leastHigh || high > greatestHigh) continue;
    const sequence = high * TWO_32 + view.getUint32(at + SEQUENCE_AT, true);
    if (sequence >= least && sequence <= greatest) return at;
  }
  return Math.max(from, end);
}

/** The sequence in a record's header, unchecked. @param bytes at least RECORD_HEADER_BYTES */
export function readSequence(bytes: Uint8Array): number {
  return getU64(new DataView(bytes.buffer, bytes.byteOffset, RECORD_HEADER_BYTES), SEQUENCE_AT);
}

/** Bytes of the record at `offset`, going by its length alone; undefined when they are cut off. */
export function readRecordSize(bytes: Uint8Array, offset: number): number | undefined {
  if (offset + RECORD_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, RECORD_HEADER_BYTES);
  return RECORD_HEADER_BYTES + view.getUint32(LENGTH_AT, true);
}

/**
 * The received time in a record's header, µs since 1970, unchecked but for its sequence.
 *
 * @returns undefined when another record stands there
 */
export function readReceivedTime(header: Uint8Array, sequence: number): number | undefined {
  if (header.length < RECORD_HEADER_BYTES) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, RECORD_HEADER_BYTES);
  return getU64(view, SEQUENCE_AT) === sequence ? getU64(view, RECEIVED_AT) : undefined;
}
