import { type Disk, type DiskFile, isNotFound } from "../platform/disk.ts";
import { nextTurn } from "../platform/next_turn.ts";
import type { Damage } from "./damage.ts";
import { readSegmentHeader } from "./read_header.ts";
import { scanSegment } from "./scan_segment.ts";
import { type LogId, SEGMENT_HEADER_BYTES } from "./segment.ts";
import type { SegmentSlice } from "./segment_slice.ts";
import type { SealedSegment } from "./segment_state.ts";
import { tolerantSource } from "./tolerant_source.ts";

export interface BatchLimits {
  /** At least 1. */
  readonly events: number;
  /** Bytes of payload; a single larger event is a batch of its own. */
  readonly bytes: number;
}

/** The records of a batch: where they stand and how many there are. */
export interface BatchContents {
  /** Of good records only: damage is cut out. */
  readonly slices: readonly SegmentSlice[];
  readonly events: number;
  /** The last sequence the limits allow; the wanted end when they allow everything. */
  readonly last: number;
  /** When the first of them was received, µs since 1970. */
  readonly oldest: number | undefined;
  /** Where the next batch begins, so that it need not walk the segment from its start. */
  readonly hint: ScanHint | undefined;
}

export interface ScanHint {
  readonly segment: number;
  readonly sequence: number;
  readonly offset: number;
}

/** What a scan needs to know, and whom it tells what it finds. */
export interface ScanContext {
  readonly disk: Disk;
  readonly logId: LogId;
  /** Whether blocks that the disk cannot read count as damage; otherwise they end the scan. */
  readonly tolerant: boolean;
  /** Asked before a segment is read, so that it can be protected; false when it has been dropped. */
  claim(segment: SealedSegment): boolean;
  /** The file is not there. It is passed over. */
  missing(segment: SealedSegment): void;
  /** The file belongs to another log. It is passed over. */
  foreign(segment: SealedSegment, logId: LogId): void;
  /** @returns the path under which the file can be read from now on */
  damaged(segment: SealedSegment, damage: readonly Damage[]): string;
}

/** After so many of a long scan requests are answered. */
const BYTES_PER_TURN = 2 * 1024 * 1024;

/**
 * Finds the records with sequences from `first` to at most `last`, cut off where `limits` are
 * reached.
 *
 * @throws when a segment has an unknown version, or what the disk says
 */
export async function scanBatch(
  context: ScanContext,
  segments: readonly SealedSegment[],
  first: number,
  last: number,
  limits: BatchLimits,
  hint: ScanHint | undefined,
): Promise<BatchContents> {
  const slices: SegmentSlice[] = [];
  const taken: Taken = { events: 0, bytes: 0, oldest: undefined, scanned: 0 };
  let position = hint;
  for (const segment of segments) {
    if (segment.last < first || segment.first > last) continue;
    if (!context.claim(segment)) continue;
    const known = hint?.segment === segment.first && hint.sequence <= first ? hint : undefined;
    const file = openIfThere(context.disk, segment.path);
    if (!file) {
      context.missing(segment);
      continue;
    }
    try {
      const found = await scanOne(context, segment, file, known, first, last, limits, taken);
      const path = found.damage.length > 0 ? context.damaged(segment, found.damage) : segment.path;
      for (const stretch of found.stretches) slices.push({ path, ...stretch });
      position = found.position ?? position;
      if (found.fullBefore !== undefined) {
        last = found.fullBefore - 1;
        break;
      }
    } finally {
      file.close();
    }
  }
  return { slices, events: taken.events, oldest: taken.oldest, last, hint: position };
}

interface Taken {
  events: number;
  bytes: number;
  oldest: number | undefined;
  /** Bytes since others had their turn. */
  scanned: number;
}

interface Found {
  readonly stretches: readonly Omit<SegmentSlice, "path">[];
  readonly damage: readonly Damage[];
  readonly position: ScanHint | undefined;
  /** The sequence that did not fit into the limits any more. */
  readonly fullBefore: number | undefined;
}

async function scanOne(
  context: ScanContext,
  segment: SealedSegment,
  file: DiskFile,
  known: ScanHint | undefined,
  first: number,
  last: number,
  limits: BatchLimits,
  taken: Taken,
): Promise<Found> {
  const damage: Damage[] = [];
  const source = context.tolerant ? tolerantSource(file, () => {}) : file;
  if (!known) {
    const header = readSegmentHeader(source, segment.path);
    if (header.kind === "damaged") {
      damage.push({ start: 0, end: SEGMENT_HEADER_BYTES, firstLost: segment.first, lost: 0 });
    } else if (header.header.logId !== context.logId) {
      context.foreign(segment, header.header.logId);
      return { stretches: [], damage: [], position: undefined, fullBefore: undefined };
    }
  }
  const range = {
    start: known?.offset ?? SEGMENT_HEADER_BYTES,
    end: segment.bytes,
    first: known?.sequence ?? segment.first,
    // Not just to the batch's end: where damage ends, the record behind it says.
    last: segment.last,
  };
  const stretches: Omit<SegmentSlice, "path">[] = [];
  let run: { start: number; end: number; first: number; last: number } | undefined;
  let position: ScanHint | undefined;
  let fullBefore: number | undefined;
  for (const item of scanSegment(source, range)) {
    if (item.kind === "damage") {
      damage.push(item.damage);
      if (run) stretches.push(run);
      run = undefined;
      continue;
    }
    taken.scanned += item.end - item.start;
    if (taken.scanned >= BYTES_PER_TURN) {
      taken.scanned = 0;
      await nextTurn();
    }
    const { sequence, receivedMicroseconds, payload } = item.record;
    if (sequence < first) continue;
    if (sequence > last) break;
    const fits = taken.events < limits.events && taken.bytes + payload.length <= limits.bytes;
    if (taken.events > 0 && !fits) {
      fullBefore = sequence;
      break;
    }
    taken.events++;
    taken.oldest ??= receivedMicroseconds;
    taken.bytes += payload.length;
    run ??= { start: item.start, end: item.end, first: sequence, last: sequence };
    run.end = item.end;
    run.last = sequence;
    position = { segment: segment.first, sequence: sequence + 1, offset: item.end };
  }
  if (run) stretches.push(run);
  return { stretches, damage, position, fullBefore };
}

function openIfThere(disk: Disk, path: string): DiskFile | undefined {
  try {
    return disk.openForReading(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
