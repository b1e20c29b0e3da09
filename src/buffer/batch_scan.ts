import { type Disk, type DiskFile, isNotFound } from "../platform/disk.ts";
import type { SealedSegment } from "./retention.ts";
import { scanRecords } from "./scan.ts";
import { SEGMENT_HEADER_BYTES } from "./segment.ts";
import type { SegmentSlice } from "./segment_slice.ts";

export interface BatchLimits {
  /** At least 1. */
  readonly events: number;
  /** Bytes of payload; a single larger event is a batch of its own. */
  readonly bytes: number;
}

/** The records of a batch: where they stand and how many there are. */
export interface BatchContents {
  readonly slices: readonly SegmentSlice[];
  readonly events: number;
  /** The last sequence the limits allow; the wanted end when they allow everything. */
  readonly last: number;
}

/** Where the previous batch ended, so that the next one need not walk the segment from its start. */
export interface ScanHint {
  readonly segment: number;
  readonly sequence: number;
  readonly offset: number;
}

const BYTES_PER_TURN = 2 * 1024 * 1024;
/** Lets requests be answered between two stretches of a long scan. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Finds the records with sequences from `first` to at most `last`, cut off where `limits` are
 * reached. Damaged records are passed over.
 *
 * @param onMissing told of a segment whose file is not there, which is passed over
 * @param claim asked before a segment is read, so that the caller can protect it; false when it has
 *   been dropped meanwhile
 */
export async function scanBatch(
  disk: Disk,
  segments: readonly SealedSegment[],
  first: number,
  last: number,
  limits: BatchLimits,
  hint: ScanHint | undefined,
  claim: (segment: SealedSegment) => boolean,
  onMissing: (segment: SealedSegment) => void,
): Promise<BatchContents & { readonly hint: ScanHint | undefined }> {
  const slices: SegmentSlice[] = [];
  let [events, bytes, scanned] = [0, 0, 0];
  let position = hint;
  for (const segment of segments) {
    if (segment.last < first || segment.first > last) continue;
    if (!claim(segment)) continue;
    const known = hint?.segment === segment.first && hint.sequence <= first ? hint : undefined;
    const range = {
      start: known?.offset ?? SEGMENT_HEADER_BYTES,
      end: segment.bytes,
      first: known?.sequence ?? segment.first,
      last: Math.min(segment.last, last),
    };
    // From the first byte that is not known to be behind us: a slice holds the damage around its
    // records too, so that whoever reads it can report it.
    let from = { start: range.start, first: range.first };
    const slice = (end: number, last: number) => ({ path: segment.path, ...from, end, last });
    let taken: { readonly end: number; readonly sequence: number } | undefined;
    const file = openIfThere(disk, segment.path);
    if (!file) {
      onMissing(segment);
      continue;
    }
    try {
      for (const item of scanRecords(file, range)) {
        scanned += item.end - item.start;
        if (scanned >= BYTES_PER_TURN) {
          scanned = 0;
          await nextTurn();
        }
        if (item.kind === "damage") continue;
        const { sequence, payload } = item.record;
        if (sequence < first) {
          from = { start: item.end, first: sequence + 1 };
          continue;
        }
        if (events > 0 && (events >= limits.events || bytes + payload.length > limits.bytes)) {
          if (taken) slices.push(slice(taken.end, taken.sequence));
          return { slices, events, last: sequence - 1, hint: position };
        }
        events++;
        bytes += payload.length;
        taken = { end: item.end, sequence };
        position = { segment: segment.first, sequence: sequence + 1, offset: item.end };
      }
    } finally {
      file.close();
    }
    const whole = range.last === segment.last;
    const end = whole ? range.end : taken?.end ?? range.end;
    if (from.start < end) slices.push(slice(end, range.last));
  }
  return { slices, events, last, hint: position };
}

function openIfThere(disk: Disk, path: string): DiskFile | undefined {
  try {
    return disk.openForReading(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
