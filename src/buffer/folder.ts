import type { FileEntry } from "../platform/disk.ts";
import { parseSegmentName } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";

/** The segments of a listing, oldest first; each ends where the next one begins. */
export function listSegments(directory: string, entries: readonly FileEntry[]): SealedSegment[] {
  const segments = entries.flatMap(({ name, size }) => {
    const parsed = parseSegmentName(name);
    return parsed ? [{ path: `${directory}/${name}`, bytes: size, ...parsed }] : [];
  }).sort((a, b) => a.first - b.first);
  return segments.map((segment, at) => ({
    ...segment,
    last: (segments[at + 1]?.first ?? Infinity) - 1,
  }));
}
