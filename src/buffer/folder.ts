import type { FileEntry } from "../platform/disk.ts";
import { parseSegmentName } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";

/**
 * The segments of a listing, oldest first; each ends where the next one begins. There are two of one
 * name where somebody has put a `.seg` back beside its `.corrupt`: both end there.
 */
export function listSegments(directory: string, entries: readonly FileEntry[]): SealedSegment[] {
  const segments = entries.flatMap(({ name, size }) => {
    const parsed = parseSegmentName(name);
    return parsed ? [{ path: `${directory}/${name}`, bytes: size, ...parsed }] : [];
  }).sort((a, b) => a.first - b.first);
  return segments.map((segment, at) => {
    const next = segments.slice(at + 1, at + 3).find(({ first }) => first > segment.first);
    return { ...segment, last: (next?.first ?? Infinity) - 1 };
  });
}
