import { basename, dirname } from "node:path";
import { Finder } from "./inspect_finding.ts";
import {
  type FolderView,
  type OpenedSegment,
  openSegment,
  type ReadingDisk,
  viewSegments,
} from "./inspect_folder.ts";
import { inspectSegment, type SegmentItem, type SegmentPlace } from "./inspect_segment.ts";
import { type LogId, parseSegmentName } from "./segment.ts";

/** What segments hold, one after the other. */
export type WalkItem =
  /** A segment begins. */
  | {
    readonly kind: "segment";
    /** By its name; undefined when that does not say. */
    readonly first: number | undefined;
    readonly bytes: number;
  }
  | SegmentItem;

/**
 * Reads the segments of a folder, oldest first. Those that go meanwhile are passed over: they were
 * acknowledged, or dropped.
 *
 * @param above segments that hold nothing above this sequence are not read
 */
export function* walkFolder(disk: ReadingDisk, view: FolderView, above = 0): Generator<WalkItem> {
  const { segments, cursor } = view;
  for (const segment of segments) {
    if (segment.last <= above) continue;
    const place = { ...segment, isNewest: segment === segments.at(-1) };
    yield* walkOne(segment.path, place, cursor?.logId, () => openSegment(disk, segment));
  }
}

/** Reads segments from anywhere. One that lies among others is read as one of them. */
export function* walkFiles(disk: ReadingDisk, paths: readonly string[]): Generator<WalkItem> {
  for (const path of paths) {
    const file = () => ({ path, file: disk.openForReading(path) });
    yield* walkOne(path, placeOf(disk, path), undefined, file);
  }
}

function* walkOne(
  listed: string,
  place: SegmentPlace,
  logId: LogId | undefined,
  open: () => OpenedSegment | undefined,
): Generator<WalkItem> {
  const { first, last } = place;
  let opened;
  try {
    opened = open();
    if (opened) {
      const { path, file } = opened;
      yield { kind: "segment", first, bytes: file.size() };
      yield* inspectSegment(file, path, place, logId);
    } else yield { kind: "passed", last };
  } catch (error) {
    yield new Finder(listed).damage(`cannot be read: ${(error as Error).message}`);
    yield { kind: "passed", last };
  } finally {
    opened?.file.close();
  }
}

/** What a segment's name and its neighbours say of it, if it has such a name. */
function placeOf(disk: ReadingDisk, path: string): SegmentPlace {
  const segments = parseSegmentName(basename(path)) ? viewSegments(disk, dirname(path)) : [];
  const found = segments.find((segment) => basename(segment.path) === basename(path));
  return found
    ? { ...found, isNewest: found === segments.at(-1) }
    : { first: undefined, last: Infinity, quarantined: false, isNewest: false };
}
