import { basename } from "node:path";
import type { Cursor } from "../buffer/cursor.ts";
import type { ReadingDisk } from "../buffer/inspect_folder.ts";
import { listBuffer, type ListedSegment } from "../buffer/inspect_list.ts";
import { isNotFound } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { bufferDirectory } from "./buffer_directory.ts";
import { bufferTable } from "./buffer_table.ts";
import { setAsideLines } from "./buffer_set_aside.ts";
import { isoMicroseconds } from "./buffer_time.ts";

/** The first line of `buffer ls --json`. What cannot be told is null. */
export interface BufferLine {
  readonly kind: "buffer";
  readonly directory: string;
  readonly logId: string | null;
  /** A sequence. */
  readonly acknowledged: number | null;
  /** Sequences of the batch under way, if there is one. */
  readonly shipping: Cursor["intent"] | null;
  /** Events, at most: as if no sequence were missing in a segment. */
  readonly waiting: number;
  readonly segments: number;
  /** Of all segments. */
  readonly bytes: number;
  /** Bodies that were rejected and are kept; null when there never were any. */
  readonly rejected: { readonly requests: number; readonly bytes: number } | null;
  /** What is wrong with the cursor. */
  readonly note: string | null;
}

/** The other lines, oldest first. What cannot be told, or is not there, is null. */
export interface SegmentLine {
  readonly kind: "segment";
  readonly file: string;
  readonly state: ListedSegment["state"];
  /** Sequences. Of all but the newest segment `last` is a bound: what the next one leaves. */
  readonly first: number;
  readonly last: number | null;
  /** Events, at most. */
  readonly waiting: number | null;
  readonly bytes: number;
  /**
   * When its first and last event were received, in ISO 8601 with microseconds. Of all but the
   * newest segment `receivedLast` is the next one's `receivedFirst`.
   */
  readonly receivedFirst: string | null;
  readonly receivedLast: string | null;
  /** What is wrong with it: with its header or, in the newest one, with anything. */
  readonly note: string | null;
}

/**
 * `falco-lake buffer ls`: what a buffer holds. For a person tables, otherwise one JSON object per
 * line: a `BufferLine`, then `SegmentLine`s, then `SetAsideLine`s.
 *
 * @returns 0
 */
export async function bufferLs(
  configFile: string | undefined,
  process: Process,
  disk: ReadingDisk,
  asJson: boolean,
): Promise<number> {
  const directory = await bufferDirectory(configFile, process);
  const { cursor, problem, segments: listed } = listBuffer(disk, directory);
  const segments = listed.map(toLine);
  const buffer: BufferLine = {
    kind: "buffer",
    directory,
    logId: cursor?.logId ?? null,
    acknowledged: cursor?.acknowledged ?? null,
    shipping: cursor?.intent ?? null,
    waiting: segments.reduce((sum, { waiting }) => sum + (waiting ?? 0), 0),
    segments: segments.length,
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    rejected: rejectedIn(disk, directory),
    note: problem ? `${basename(problem.path)} ${problem.text}` : null,
  };
  const setAside = setAsideLines(disk, directory);
  const lines = asJson
    ? [buffer, ...segments, ...setAside].map((line) => JSON.stringify(line))
    : bufferTable(buffer, segments, setAside);
  for (const line of lines) process.out(`${line}\n`);
  return 0;
}

function toLine(segment: ListedSegment): SegmentLine {
  const { name, state, first, last, waiting, bytes, receivedFirst, receivedLast, note } = segment;
  return {
    kind: "segment",
    file: name,
    state,
    first,
    last: last !== undefined && last >= first ? last : null,
    waiting: waiting ?? null,
    bytes,
    receivedFirst: isoMicroseconds(receivedFirst) ?? null,
    receivedLast: isoMicroseconds(receivedLast) ?? null,
    note: note ?? null,
  };
}

function rejectedIn(disk: ReadingDisk, directory: string): BufferLine["rejected"] {
  try {
    const bodies = disk.list(`${directory}/rejected`).filter(({ name }) => name.endsWith(".body"));
    return {
      requests: bodies.length,
      bytes: bodies.reduce((sum, { size }) => sum + size, 0),
    };
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
