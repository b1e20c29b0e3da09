import {
  type BufferRecord,
  type DecodedRecord,
  decodeRecord,
  findPossibleRecord,
  readRecordSize,
  readSequence,
  RECORD_HEADER_BYTES,
} from "./record.ts";

/** Where a scan reads from: a file, or bytes in a test. */
export interface ScanSource {
  /** Reads up to `into.length` bytes at `offset`; returns how many, 0 at the end. */
  readAt(offset: number, into: Uint8Array): number;
}

export interface ScanRange {
  /** Offset of the first record. */
  readonly start: number;
  /** Nothing at or past this offset is looked at. */
  readonly end: number;
  /** The least sequence a record here can have. */
  readonly first: number;
  /** The greatest; what has more is not part of this range. */
  readonly last: number;
}

export type ScanItem =
  | {
    readonly kind: "record";
    readonly record: BufferRecord;
    readonly start: number;
    readonly end: number;
  }
  /** Bytes that hold no readable record. Reaches up to the next good record, or to the range's end. */
  | { readonly kind: "damage"; readonly start: number; readonly end: number };

const CHUNK_BYTES = 1 << 20;
/** How many times a range's bytes may be checksummed in vain before a search becomes choosy. */
const WASTE_MAX = 4;
const NO_RECORD: DecodedRecord = { kind: "damaged", checked: 0 };

/**
 * Walks the records of a stretch of a segment, in memory bounded by 1 MiB or the largest record.
 * Damage costs only the bytes it hit: the walk goes on at the next offset where a whole record with
 * a plausible sequence and a right checksum stands.
 */
export function* scanRecords(source: ScanSource, range: ScanRange): Generator<ScanItem> {
  let readable = range.end;
  let chunk = new Uint8Array(0);
  let chunkAt = range.start;
  /** Makes `wanted` bytes at `offset` available in `chunk`, as far as the range goes. */
  const fill = (offset: number, wanted: number) => {
    const available = chunkAt + chunk.length - offset;
    if (offset >= chunkAt && available >= wanted) return;
    const size = Math.min(Math.max(wanted, CHUNK_BYTES), Math.max(range.end - offset, 0));
    const next = new Uint8Array(size);
    chunk = next.subarray(0, source.readAt(offset, next));
    chunkAt = offset;
    // The file is shorter than it was: what is missing is damage, and not worth a read per byte.
    if (chunk.length < size) readable = offset + chunk.length;
  };

  /** Whether a record that ended at `end` would be followed by another, or by nothing. */
  const isFollowed = (end: number, least: number): boolean => {
    if (end >= readable) return end === readable;
    const header = new Uint8Array(RECORD_HEADER_BYTES);
    if (source.readAt(end, header) < header.length) return false;
    const sequence = readSequence(header);
    return sequence >= least && sequence <= range.last;
  };

  // Bytes that were checksummed for nothing. Rotten lengths could make that many times the range.
  let wasted = 0;
  const patience = WASTE_MAX * (range.end - range.start);
  let least = range.first;
  let damagedFrom: number | undefined;
  let at = range.start;
  while (at < readable && least <= range.last) {
    fill(at, RECORD_HEADER_BYTES);
    // A record takes at least its header, so damage of n bytes cannot have cost more records.
    const lost = damagedFrom === undefined
      ? 0
      : Math.ceil((at - damagedFrom) / RECORD_HEADER_BYTES);
    const greatest = Math.min(least + lost, range.last);
    const size = readRecordSize(chunk, at - chunkAt) ?? 0;
    const isWorthIt = wasted <= patience || isFollowed(at + size, least + 1);
    let decoded = isWorthIt ? decodeRecord(chunk, at - chunkAt, least, greatest) : NO_RECORD;
    if (decoded.kind === "short" && decoded.bytes <= readable - at) {
      fill(at, decoded.bytes);
      decoded = decodeRecord(chunk, at - chunkAt, least, greatest);
    }
    if (decoded.kind !== "record") {
      damagedFrom ??= at;
      if (decoded.kind === "damaged") wasted += decoded.checked;
      // Generous with the greatest: the next round looks more closely.
      at = chunkAt + findPossibleRecord(chunk, at + 1 - chunkAt, least, range.last);
      continue;
    }
    if (damagedFrom !== undefined) yield { kind: "damage", start: damagedFrom, end: at };
    damagedFrom = undefined;
    yield { kind: "record", record: decoded.record, start: at, end: at + decoded.bytes };
    at += decoded.bytes;
    least = decoded.record.sequence + 1;
  }
  if (least > range.last) return;
  damagedFrom ??= at;
  if (damagedFrom < range.end) yield { kind: "damage", start: damagedFrom, end: range.end };
}
