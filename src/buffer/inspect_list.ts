import { basename } from "node:path";
import type { Cursor } from "./cursor.ts";
import type { Finding } from "./inspect_finding.ts";
import { openSegment, type ReadingDisk, viewFolder } from "./inspect_folder.ts";
import { type Glance, glance } from "./inspect_glance.ts";
import { type SegmentState, segmentState, unacknowledged } from "./segment_state.ts";

/** A buffer at a glance. */
export interface BufferListing {
  /** Undefined when it cannot be had; `problem` says why. */
  readonly cursor: Cursor | undefined;
  readonly problem: Finding | undefined;
  /** Oldest first. */
  readonly segments: readonly ListedSegment[];
}

/** Of all but the newest segment, `receivedLast` is the next one's `receivedFirst`. */
export interface ListedSegment extends Glance {
  /** The file's. */
  readonly name: string;
  readonly state: SegmentState;
  /** Sequence of its first record, by its name. */
  readonly first: number;
  /** How many of its events are not acknowledged; undefined when that cannot be told. */
  readonly waiting: number | undefined;
  readonly bytes: number;
}

/**
 * Lists a buffer, whether its agent runs or not. Reads the beginning of each segment, and the newest
 * from end to end.
 *
 * @throws when the folder or a segment cannot be read
 */
export function listBuffer(disk: ReadingDisk, directory: string): BufferListing {
  const { cursor, problem, segments, acknowledged } = viewFolder(disk, directory);
  const view = { acknowledged, lease: cursor?.intent };
  const listed: ListedSegment[] = [];
  for (const segment of segments) {
    const opened = openSegment(disk, segment);
    if (!opened) continue; // acknowledged or dropped since
    const { path, file } = opened;
    try {
      const isNewest = segment === segments.at(-1);
      const quarantined = segment.quarantined || path !== segment.path;
      const seen = glance(file, path, { ...segment, quarantined, isNewest }, cursor?.logId);
      const { first } = segment;
      const { last } = seen;
      listed.push({
        ...seen,
        name: basename(path),
        state: segmentState({ ...segment, quarantined }, isNewest, view),
        first,
        waiting: last === undefined ? undefined : unacknowledged({ first, last }, acknowledged),
        bytes: file.size(),
      });
    } finally {
      file.close();
    }
  }
  return {
    cursor,
    problem,
    segments: listed.map((segment, at) => ({
      ...segment,
      receivedLast: segment.receivedLast ?? listed[at + 1]?.receivedFirst,
    })),
  };
}
