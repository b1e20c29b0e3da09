import type { Disk, DiskFile, FileEntry } from "../platform/disk.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import { type Cursor, CURSOR_NAME, decodeCursor } from "./cursor.ts";
import type { SealedSegment } from "./retention.ts";
import { scanRecords } from "./scan.ts";
import {
  type DecodedHeader,
  decodeSegmentHeader,
  parseSegmentName,
  SEGMENT_HEADER_BYTES,
  SEGMENT_VERSION,
} from "./segment.ts";

/** What a folder holds, once it is in order. */
export interface Recovered {
  readonly cursor: Cursor;
  /** Whether the cursor is not on disk yet. */
  readonly isNew: boolean;
  /** All that is left, oldest first. */
  readonly sealed: readonly SealedSegment[];
  /** The sequence the next record gets: above everything ever stored or acknowledged. */
  readonly next: number;
}

/** The segments of a listing, oldest first; each ends where the next one begins. */
export function listSegments(directory: string, entries: readonly FileEntry[]): SealedSegment[] {
  const segments = entries.flatMap(({ name, size }) => {
    const first = parseSegmentName(name);
    return first === undefined ? [] : [{ path: `${directory}/${name}`, first, bytes: size }];
  }).sort((a, b) => a.first - b.first);
  return segments.map((segment, at) => ({
    ...segment,
    last: (segments[at + 1]?.first ?? Infinity) - 1,
  }));
}

/**
 * Puts a buffer's folder in order after whatever ended the last run: removes temporary files, cuts
 * a torn tail off, deletes what is acknowledged. The caller holds the lock.
 *
 * Sealed segments are trusted by name and checked when they are read, so that this takes no longer
 * with a large backlog; only the newest segment is read.
 *
 * @throws when the newest segment has an unknown version, or belongs to another log than the cursor
 */
export async function recover(
  disk: Disk,
  directory: string,
  random: Random,
  log: Log,
): Promise<Recovered> {
  const entries = disk.list(directory);
  for (const { name } of entries) {
    if (name.endsWith(".tmp")) disk.remove(`${directory}/${name}`);
  }
  const segments = listSegments(directory, entries);
  const stored = readCursor(disk, directory, entries, log);
  const newest = segments.pop();
  const tail = newest && await recoverTail(disk, newest, log);
  if (tail) segments.push(tail.segment);

  if (stored && tail?.logId && stored.logId !== tail.logId) {
    throw new Error(
      `${directory}: the cursor belongs to log ${stored.logId}, but ${tail.segment.path} to log ` +
        `${tail.logId}; two buffers seem to have been mixed: give each its own folder`,
    );
  }
  const sealedLogId = () => segments[0] && readLogId(disk, segments[0].path);
  const cursor = stored ?? {
    logId: tail?.logId ?? sealedLogId() ?? random.bytes(16).toHex(),
    // Not 0: a batch from 1 on could get the key of an old one, and replace it with less.
    acknowledged: (segments[0]?.first ?? 1) - 1,
    intent: undefined,
  };
  for (const segment of segments) {
    if (segment.last <= cursor.acknowledged) disk.remove(segment.path);
  }
  await disk.syncDirectory(directory);
  return {
    cursor,
    isNew: stored === undefined,
    sealed: segments.filter((segment) => segment.last > cursor.acknowledged),
    next: 1 + Math.max(
      tail?.segment.last ?? (newest?.first ?? 1) - 1,
      cursor.acknowledged,
      cursor.intent?.last ?? 0,
    ),
  };
}

/** @returns undefined when the header is damaged or of another version */
function readLogId(disk: Disk, path: string): string | undefined {
  const file = disk.openForReading(path);
  try {
    const decoded = readHeader(file);
    return decoded.kind === "header" ? decoded.header.logId : undefined;
  } finally {
    file.close();
  }
}

function readHeader(file: DiskFile): DecodedHeader {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  return decodeSegmentHeader(bytes.subarray(0, file.readAt(0, bytes)));
}

function readCursor(
  disk: Disk,
  directory: string,
  entries: readonly FileEntry[],
  log: Log,
): Cursor | undefined {
  const path = `${directory}/${CURSOR_NAME}`;
  const again =
    "starting from the oldest stored event: what was uploaded but not yet deleted will " +
    "be uploaded again";
  if (!entries.some(({ name }) => name === CURSOR_NAME)) {
    const isNew = entries.every(({ name }) => parseSegmentName(name) === undefined);
    if (!isNew) log.warn(`Buffer - ${path} is missing; ${again}`);
    return undefined;
  }
  const file = disk.openForReading(path);
  try {
    const bytes = new Uint8Array(file.size());
    const cursor = decodeCursor(bytes.subarray(0, file.readAt(0, bytes)));
    if (!cursor) log.warn(`Buffer - ${path} is damaged; ${again}`);
    return cursor;
  } finally {
    file.close();
  }
}

/**
 * Reads the newest segment: the only one that can be torn.
 *
 * @returns undefined when it holds no record; it is removed then
 */
async function recoverTail(
  disk: Disk,
  newest: SealedSegment,
  log: Log,
): Promise<{ segment: SealedSegment; logId: string | undefined } | undefined> {
  const file = disk.openForWriting(newest.path);
  try {
    const header = readHeader(file);
    if (header.kind === "unknownVersion") {
      throw new Error(
        `${newest.path}: format version ${header.version} is not known to this program (it writes ` +
          `${SEGMENT_VERSION}); run the version that wrote it, or move the file elsewhere`,
      );
    }
    let [last, end] = [newest.first - 1, SEGMENT_HEADER_BYTES];
    const range = {
      start: SEGMENT_HEADER_BYTES,
      end: newest.bytes,
      first: newest.first,
      last: Number.MAX_SAFE_INTEGER,
    };
    for (const item of scanRecords(file, range)) {
      if (item.kind === "record") [last, end] = [item.record.sequence, item.end];
      else if (item.end < newest.bytes) {
        log.error(
          `Buffer - ${newest.path}: bytes ${item.start} to ${item.end} are damaged; the records ` +
            `before and after them are kept`,
        );
      }
    }
    // Nothing readable follows, so no sync ever covered these bytes and no client was answered.
    const torn = newest.bytes - end;
    if (torn > 0) log.warn(`Buffer - ${newest.path}: cut off ${torn} bytes of an unfinished write`);
    if (last < newest.first) {
      disk.remove(newest.path);
      return undefined;
    }
    if (torn > 0) {
      file.truncate(end);
      await file.syncData();
    }
    return {
      segment: { ...newest, last, bytes: end },
      logId: header.kind === "header" ? header.header.logId : undefined,
    };
  } finally {
    file.close();
  }
}
