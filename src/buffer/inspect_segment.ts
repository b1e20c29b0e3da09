import type { DiskFile } from "../platform/disk.ts";
import { type Damage, describeDamage } from "./damage.ts";
import { Finder, type Finding } from "./inspect_finding.ts";
import type { BufferRecord } from "./record.ts";
import type { ScanSource } from "./scan.ts";
import { scanSegment } from "./scan_segment.ts";
import {
  decodeSegmentHeader,
  type LogId,
  SEGMENT_HEADER_BYTES,
  SEGMENT_VERSION,
} from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";
import { tolerantSource } from "./tolerant_source.ts";

/** What a segment holds, in the order in which it stands there. */
export type SegmentItem =
  /** The payload is valid only until the next item is asked for. */
  | { readonly kind: "record"; readonly record: BufferRecord }
  | Finding
  /** What it holds up to the sequence `last` was not looked at. */
  | { readonly kind: "passed"; readonly last: number };

/** What is known of a segment before it is read. */
export interface SegmentPlace extends Pick<SealedSegment, "last" | "quarantined"> {
  /** The sequence of its first record; undefined when its name does not say. */
  readonly first: number | undefined;
  /** Whether it may be written to: an unfinished write at its end is no damage then. */
  readonly isNewest: boolean;
}

/**
 * Reads a segment from end to end, as far as it has been written by now, in memory bounded by 1 MiB
 * or its largest record. What the disk cannot read (EIO) is damage like any other.
 *
 * @param logId the buffer's; a segment of another log is not read on. Undefined: any will do
 * @throws what the disk says, other than EIO
 */
export function* inspectSegment(
  file: DiskFile,
  path: string,
  place: SegmentPlace,
  logId: LogId | undefined,
): Generator<SegmentItem> {
  const size = file.size();
  const finder = new Finder(path);
  const source = tolerantSource(file, (offset) => finder.unreadable(offset));
  const sequences = yield* inspectHeader(source, size, finder, place, logId);
  if (!sequences) return;
  let end = Math.min(SEGMENT_HEADER_BYTES, size);
  for (const item of scanSegment(source, { start: end, end: size, ...sequences })) {
    if (item.kind === "record") {
      end = item.end;
      yield { kind: "record", record: item.record };
      continue;
    }
    const { damage } = item;
    end = damage.end;
    const kind = finder.kindOf(damage);
    if (end === size && kind === "damaged" && mayBeTorn(place)) {
      yield finder.note(
        `an unfinished write of ${end - damage.start} bytes at its end: under way, or else the ` +
          `next start cuts it off; no event stood there`,
      );
    } else {
      const isCounted = end < size || Number.isFinite(sequences.last);
      const where = isCounted ? describeDamage(damage) : describeOpenEnd(damage);
      yield finder.damage(`${kind} at ${where}`, damage);
    }
  }
  if (end < size) {
    yield finder.note(`${size - end} bytes behind its last event, left by a write that failed`);
  }
}

/**
 * Reads a segment's header alone.
 *
 * @returns which sequences to expect; undefined when the segment must not be read on
 */
export function* inspectHeader(
  source: ScanSource,
  size: number,
  finder: Finder,
  place: SegmentPlace,
  logId: LogId | undefined,
): Generator<SegmentItem, { readonly first: number; readonly last: number } | undefined> {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const decoded = decodeSegmentHeader(bytes.subarray(0, source.readAt(0, bytes)));
  const { first, last } = place;
  switch (decoded.kind) {
    case "unknownVersion":
      yield finder.damage(
        `format version ${decoded.version} is not known to this program (it knows ` +
          `${SEGMENT_VERSION}): not read; run the version that wrote it`,
      );
      yield { kind: "passed", last };
      return undefined;
    case "damaged": {
      if (first === undefined) {
        yield finder.damage("no segment: neither its first bytes nor its name are those of one");
        return undefined;
      }
      const stretch: Damage = { start: 0, end: SEGMENT_HEADER_BYTES, firstLost: first, lost: 0 };
      const kind = finder.kindOf(stretch);
      // Records are only ever written behind a header that has been synced.
      if (size <= SEGMENT_HEADER_BYTES && kind === "damaged" && mayBeTorn(place)) {
        yield finder.note(
          "nothing but an unfinished header: under way, or else the next start " +
            "removes it; no event stood there",
        );
      } else yield finder.damage(`its header is ${kind}, ${describeDamage(stretch)}`, stretch);
      return { first, last };
    }
    case "header": {
      const { header } = decoded;
      if (logId !== undefined && header.logId !== logId) {
        yield finder.damage(
          `belongs to log ${header.logId}, and the cursor to ${logId}: not shipped; ` +
            `falco-lake import stores its events`,
        );
        return undefined;
      }
      if (first === undefined || first === header.first) return { first: header.first, last };
      yield finder.damage(
        `its name says that it begins with event ${first}, its header with ${header.first}: ` +
          `somebody has renamed it`,
      );
      return { first: header.first, last: Infinity };
    }
  }
}

/** Nothing behind it tells how many events stood there. */
const describeOpenEnd = ({ start, end, firstLost, lost }: Damage): string =>
  `bytes ${start} to ${end - 1}: events from ${firstLost} on are lost, ${lost} at most`;

const mayBeTorn = ({ isNewest, quarantined }: SegmentPlace): boolean => isNewest && !quarantined;
