import { dirname } from "node:path";
import { type Disk, type DiskFile, isNotFound, isUnreadable } from "../platform/disk.ts";
import { type Cursor, CURSOR_NAME, decodeCursor } from "./cursor.ts";
import { listSegments } from "./folder.ts";
import { Finder, type Finding } from "./inspect_finding.ts";
import { segmentName } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";

/** All of a disk that it takes to look into a buffer: nothing here can change anything. */
export type ReadingDisk = Pick<Disk, "list" | "openForReading">;

/** A buffer's folder as somebody sees it who has no part in it; its agent may be at work. */
export interface FolderView {
  readonly directory: string;
  /** As it was before the segments were listed: what it says was stored, was stored by then. */
  readonly earlier: Cursor | undefined;
  /** As it was afterwards: what it does not call acknowledged was not yet deleted then. */
  readonly cursor: Cursor | undefined;
  /** Why there is no cursor. */
  readonly problem: Finding | undefined;
  /** Oldest first. The last one is being written to, if an agent runs. */
  readonly segments: readonly SealedSegment[];
  /** As the cursor says; without one nothing that is stored is, as for the next start. */
  readonly acknowledged: number;
}

/**
 * Looks at a buffer's folder: reads only, takes no lock.
 *
 * @throws when the folder or its cursor cannot be read
 */
export function viewFolder(disk: ReadingDisk, directory: string): FolderView {
  const path = `${directory}/${CURSOR_NAME}`;
  try {
    const { cursor: earlier } = readCursor(disk, path);
    const segments = viewSegments(disk, directory);
    const { cursor, problem } = readCursor(disk, path);
    const acknowledged = cursor?.acknowledged ?? (segments[0]?.first ?? 1) - 1;
    const isNew = problem === MISSING && segments.length === 0;
    const finding = problem === undefined
      ? undefined
      : isNew
      ? new Finder(directory).note("holds no buffer yet")
      : new Finder(path).damage(problem);
    return { directory, earlier, cursor, problem: finding, segments, acknowledged };
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
export function viewSegments(disk: ReadingDisk, directory: string): SealedSegment[] {
  return listSegments(directory, disk.list(directory));
}

export interface OpenedSegment {
  readonly path: string;
  readonly file: DiskFile;
}

/**
 * Opens a segment that was listed, under the name it has now.
 *
 * @returns undefined when it has gone since: it was acknowledged, or dropped
 */
export function openSegment(
  disk: ReadingDisk,
  { path, first }: SealedSegment,
): OpenedSegment | undefined {
  for (const name of [path, `${dirname(path)}/${segmentName(first, true)}`]) {
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
const MISSING = `is missing: ${AGAIN}`;

function readCursor(
  disk: ReadingDisk,
  path: string,
): { readonly cursor?: Cursor; readonly problem?: string } {
  let file;
  try {
    file = disk.openForReading(path);
    // A cursor is shorter, so a longer file is seen to be none.
    const bytes = new Uint8Array(Math.min(file.size(), 64 * 1024));
    const decoded = decodeCursor(bytes.subarray(0, file.readAt(0, bytes)));
    if (decoded.kind === "cursor") return decoded;
    if (decoded.kind === "damaged") return { problem: `is damaged: ${AGAIN}` };
    const problem = `has format version ${decoded.version}, which this program does not know; ` +
      `run the version that wrote it`;
    return { problem };
  } catch (error) {
    if (isNotFound(error)) return { problem: MISSING };
    if (isUnreadable(error)) {
      return {
        problem: `is unreadable, so no agent can start; if it stays so, delete it: ${AGAIN}`,
      };
    }
    throw error;
  } finally {
    file?.close();
  }
}
