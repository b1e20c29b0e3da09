import { type Disk, isUnreadable } from "../platform/disk.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import { CURSOR_NAME, decodeCursor } from "./cursor.ts";
import type { Damage } from "./damage.ts";
import { listSegments } from "./folder.ts";
import { readSegmentHeader } from "./read_header.ts";
import {
  type FolderFacts,
  type NewestFacts,
  planRecovery,
  type RecoveryPlan,
} from "./recovery_plan.ts";
import { scanSegment } from "./scan_segment.ts";
import { decodeSegmentHeader, type LogId, SEGMENT_HEADER_BYTES } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";
import { tolerantSource } from "./tolerant_source.ts";

/** What a folder holds, once it is in order. */
export type Recovered = Pick<RecoveryPlan, "cursor" | "isNew" | "sealed" | "next">;

/**
 * Puts a buffer's folder in order after whatever ended the last run. The caller holds the lock.
 *
 * Sealed segments are trusted by name and checked when they are read, so that this takes no longer
 * with a large backlog; only the newest segment is read.
 *
 * @throws when the cursor or the newest segment has an unknown version, or they belong to different
 *   logs; nothing has been changed then
 */
export async function recover(
  disk: Disk,
  directory: string,
  random: Random,
  log: Log,
): Promise<Recovered> {
  const plan = planRecovery(readFolder(disk, directory), () => random.bytes(16).toHex());
  for (const { level, text } of plan.notes) log[level](`Buffer - ${text}`);
  if (plan.settle) {
    const { path, bytes } = plan.settle;
    const file = disk.openForWriting(path);
    try {
      if (file.size() > bytes) file.truncate(bytes);
      await file.syncData();
    } finally {
      file.close();
    }
  }
  if (plan.rename) disk.rename(plan.rename.from, plan.rename.to);
  for (const path of plan.remove) disk.remove(path);
  await disk.syncDirectory(directory);
  return plan;
}

function readFolder(disk: Disk, directory: string): FolderFacts {
  const entries = disk.list(directory);
  const segments = listSegments(directory, entries);
  const [oldest, newest] = [segments[0], segments.at(-1)];
  return {
    directory,
    entries,
    cursor: entries.some(({ name }) => name === CURSOR_NAME)
      ? readCursor(disk, `${directory}/${CURSOR_NAME}`)
      : "missing",
    newest: newest && readNewest(disk, newest),
    oldestLogId: oldest && oldest !== newest ? readLogId(disk, oldest.path) : undefined,
  };
}

/** @throws when it was written by a program that keeps its cursors otherwise */
function readCursor(disk: Disk, path: string): FolderFacts["cursor"] {
  const file = disk.openForReading(path);
  try {
    const bytes = new Uint8Array(file.size());
    const decoded = decodeCursor(bytes.subarray(0, file.readAt(0, bytes)));
    if (decoded.kind === "cursor") return decoded.cursor;
    if (decoded.kind === "damaged") return "damaged";
    throw new Error(
      `${path}: format version ${decoded.version} is not known to this program; run the version ` +
        `that wrote it`,
    );
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // Not taken for damage: that may pass, and what is uploaded twice stays so.
    throw new Error(
      `${path} cannot be read: ${(error as Error).message}; start again, or if it never can, ` +
        `delete it: what was uploaded but not yet deleted will be uploaded again`,
      { cause: error },
    );
  } finally {
    file.close();
  }
}

/** @returns undefined when its header is damaged or of an unknown version: its lease says so */
function readLogId(disk: Disk, path: string): LogId | undefined {
  const file = disk.openForReading(path);
  try {
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
    const read = tolerantSource(file, () => {}).readAt(0, bytes);
    const decoded = decodeSegmentHeader(bytes.subarray(0, read));
    return decoded.kind === "header" ? decoded.header.logId : undefined;
  } finally {
    file.close();
  }
}

function readNewest(disk: Disk, { path, first, bytes }: SealedSegment): NewestFacts {
  const file = disk.openForReading(path);
  try {
    let unreadable = -1;
    const source = tolerantSource(file, (offset) => unreadable = Math.max(unreadable, offset));
    const header = readSegmentHeader(source, path);
    const damage: Damage[] = header.kind === "header"
      ? []
      : [{ start: 0, end: SEGMENT_HEADER_BYTES, firstLost: first, lost: 0 }];
    let [last, end] = [first - 1, SEGMENT_HEADER_BYTES];
    const range = {
      start: SEGMENT_HEADER_BYTES,
      end: bytes,
      first,
      last: Number.MAX_SAFE_INTEGER,
    };
    for (const item of scanSegment(source, range)) {
      if (item.kind === "record") [last, end] = [item.record.sequence, item.end];
      else if (item.damage.end < bytes) damage.push(item.damage);
    }
    return {
      logId: header.kind === "header" ? header.header.logId : undefined,
      last,
      end,
      damage,
      unreadableEnd: unreadable >= end,
    };
  } finally {
    file.close();
  }
}
