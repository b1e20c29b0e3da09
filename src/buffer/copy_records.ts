import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "../platform/disk.ts";
import { nextTurn } from "../platform/next_turn.ts";
import type { Damage } from "./damage.ts";
import type { BatchName } from "./set_aside_folder.ts";
import { readRecords } from "./reader.ts";
import { encodeRecord, RECORD_HEADER_BYTES } from "./record.ts";
import { encodeSegmentHeader } from "./segment.ts";
import type { SegmentSlice } from "./segment_slice.ts";

/** After so many of a large batch requests are answered. */
const BYTES_PER_TURN = 2 * 1024 * 1024;

/**
 * Writes the records of a batch as a segment of their own. Where sequences are missing, zeros stand
 * for them, as many as their records would take at least: so a reader knows how far to look on.
 *
 * @throws what the disk says; readRecords' errors
 */
export async function copyRecords(
  disk: Disk,
  slices: readonly SegmentSlice[],
  { logId, first }: BatchName,
  to: DiskFile,
): Promise<void> {
  to.append(encodeSegmentHeader({ logId, first }));
  let expected = first;
  let [pieces, bytes]: [Uint8Array[], number] = [[], 0];
  const add = (piece: Uint8Array) => {
    pieces.push(piece);
    bytes += piece.length;
  };
  const write = () => {
    to.append(Buffer.concat(pieces));
    [pieces, bytes] = [[], 0];
  };
  for (const record of readRecords(disk, slices)) {
    // In pieces: a batch may have lost a whole segment, and a million sequences with it.
    for (let missing = record.sequence - expected; missing > 0; missing -= ZEROS_RECORDS) {
      add(ZEROS.subarray(0, Math.min(missing, ZEROS_RECORDS) * RECORD_HEADER_BYTES));
      if (bytes >= BYTES_PER_TURN) write();
    }
    const piece = new Uint8Array(RECORD_HEADER_BYTES + record.payload.length);
    encodeRecord(piece, 0, record);
    add(piece);
    expected = record.sequence + 1;
    if (bytes >= BYTES_PER_TURN) {
      write();
      await nextTurn();
    }
  }
  write();
}

const ZEROS_RECORDS = 4096;
const ZEROS = new Uint8Array(ZEROS_RECORDS * RECORD_HEADER_BYTES);

/** Whether a damage that a reader of such a copy meets is just the zeros for missing sequences. */
export function isGap(disk: Disk, path: string, { start, end, lost }: Damage): boolean {
  if (end - start !== lost * RECORD_HEADER_BYTES) return false;
  const file = disk.openForReading(path);
  try {
    const bytes = new Uint8Array(Math.min(end - start, BYTES_PER_TURN));
    for (let at = start; at < end;) {
      const read = file.readAt(at, bytes.subarray(0, Math.min(bytes.length, end - at)));
      if (read === 0 || bytes.subarray(0, read).some((byte) => byte !== 0)) return false;
      at += read;
    }
    return true;
  } finally {
    file.close();
  }
}
