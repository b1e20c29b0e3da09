import { type Disk, type DiskFile, isNotFound, isUnreadable } from "../platform/disk.ts";
import { type Cursor, CURSOR_NAME, decodeCursor } from "./cursor.ts";
import { listSegments } from "./folder.ts";
import { segmentName } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";

/** A buffer's folder as somebody sees it who has no part in it; its agent may be at work. */
export interface FolderView {
  readonly directory: string;
  /** As it was before the segments were listed: what it says was stored, was stored by then. */
  readonly earlier: CursorReading;
  /** As it was afterwards: what it does not call acknowledged was not yet deleted then. */
  readonly cursor: CursorReading;
  /** Oldest first. The last one is being written to, if an agent runs. */
  readonly segments: readonly SealedSegment[];
  /** As the cursor says; where that cannot be read, nothing is, as for the next start. */
  readonly acknowledged: number;
}

export type CursorReading =
  | { readonly kind: "cursor"; readonly cursor: Cursor }
  | {
    readonly kind: "missing" | "damaged" | "unknownVersion";
    /** For people, to stand behind its path. */
    readonly problem: string;
  };

/**
 * Looks at a buffer's folder: reads only, takes no lock.
 *
 * @throws when the folder or its cursor cannot be read
 */
export function viewFolder(disk: Disk, directory: string): FolderView {
  try {
    const path = `${directory}/${CURSOR_NAME}`;
    const earlier = readCursor(disk, path);
    const segments = viewSegments(disk, directory);
    const cursor = readCursor(disk, path);
    const acknowledged = cursor.kind === "cursor"
      ? cursor.cursor.acknowledged
      : (segments[0]?.first ?? 1) - 1;
    return { directory, earlier, cursor, segments, acknowledged };
  } catch (error) {
    const { message } = error as Error;
    const advice = /\(os error 13\)/.test(message)
      ? "run this as the user that falco-lake runs as"
      : "set buffer.directory or BUFFER_DIRECTORY";
    throw new Error(`Cannot read buffer.directory ${directory}: ${message}; ${advice}`, {
      cause: error,
    });
  }
}

/** The segments in a folder, oldest first. */
export function viewSegments(disk: Disk, directory: string): SealedSegment[] {
  const segments = listSegments(directory, disk.list(directory));
  // Somebody may have put a `.seg` back beside its `.corrupt`: both end where the next one begins.
  return segments.map((segment, at) => {
    const next = segments[at + 1];
    return next?.first === segment.first ? { ...segment, last: next.last } : segment;
  });
}

/**
 * Opens a segment that was listed, under the name it has now.
 *
 * @returns undefined when it has gone since: it was acknowledged, or dropped
 */
export function openSegment(
  disk: Disk,
  { path, first }: SealedSegment,
): { readonly path: string; readonly file: DiskFile } | undefined {
  const quarantined = path.slice(0, path.lastIndexOf("/") + 1) + segmentName(first, true);
  for (const name of [path, quarantined]) {
    try {
      return { path: name, file: disk.openForReading(name) };
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return undefined;
}

const AGAIN = "the next start begins with the oldest stored event, and ships again what was " +
  "shipped but not yet deleted";

function readCursor(disk: Disk, path: string): CursorReading {
  let file;
  try {
    file = disk.openForReading(path);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { kind: "missing", problem: `is missing: ${AGAIN}` };
  }
  try {
    const bytes = new Uint8Array(64); // a cursor is shorter, so a longer file is seen to be none
    const decoded = decodeCursor(bytes.subarray(0, file.readAt(0, bytes)));
    if (decoded.kind === "cursor") return decoded;
    if (decoded.kind === "damaged") return { kind: "damaged", problem: `is damaged: ${AGAIN}` };
    const problem = `has format version ${decoded.version}, which this program does not know: ` +
      `run the version that wrote it`;
    return { kind: "unknownVersion", problem };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { kind: "damaged", problem: `is unreadable, ${(error as Error).message}: ${AGAIN}` };
  } finally {
    file.close();
  }
}
