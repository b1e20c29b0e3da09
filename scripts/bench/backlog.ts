import { commitCursor } from "../../src/buffer/cursor.ts";
import { encodeRecord, RECORD_HEADER_BYTES } from "../../src/buffer/record.ts";
import {
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from "../../src/buffer/segment.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import { SEGMENT_BYTES } from "./append_contestants.ts";

/** What the newest segment holds, which is all that opening a buffer reads of its segments. */
export type Newest =
  | "full"
  /** A single record. */
  | "short"
  /** Zeros behind the header, as a disk may leave them that lost power. */
  | "zeros";

const LOG_ID = "000102030405060708090a0b0c0d0e0f";

/**
 * Writes a folder with `count` segments of 16 MiB. The oldest holds records, so that it can be
 * leased from; those in the middle have a header and a hole, since nothing reads them.
 */
export async function writeBacklog(
  directory: string,
  count: number,
  newest: Newest,
  payload: Uint8Array,
): Promise<void> {
  await systemDisk.makeDirectory(directory);
  const perSegment = Math.floor(
    (SEGMENT_BYTES - SEGMENT_HEADER_BYTES) / (RECORD_HEADER_BYTES + payload.length),
  );
  for (let at = 0; at < count; at++) {
    const first = 1 + at * perSegment;
    const isNewest = at === count - 1;
    const records = isNewest
      ? { full: perSegment, short: 1, zeros: 0 }[newest]
      : at === 0
      ? perSegment
      : 0;
    const file = systemDisk.create(`${directory}/${segmentName(first)}`);
    file.append(segment(first, records, payload));
    if (records === 0) file.truncate(SEGMENT_BYTES);
    // On the disk already: opening must not have to wait for it.
    if (records > 0) await file.syncData();
    file.close();
  }
  // An empty folder is for the buffer to make.
  const cursor = { logId: LOG_ID, acknowledged: 0, intent: undefined };
  if (count > 0) await commitCursor(systemDisk, directory, cursor);
}

function segment(first: number, records: number, payload: Uint8Array): Uint8Array {
  const size = SEGMENT_HEADER_BYTES + records * (RECORD_HEADER_BYTES + payload.length);
  const bytes = new Uint8Array(size);
  bytes.set(encodeSegmentHeader({ logId: LOG_ID, first }));
  let offset = SEGMENT_HEADER_BYTES;
  for (let sequence = first; sequence < first + records; sequence++) {
    offset = encodeRecord(bytes, offset, {
      sequence,
      receivedMicroseconds: Date.UTC(2026, 4, 1) * 1000,
      payload,
    });
  }
  return bytes;
}
