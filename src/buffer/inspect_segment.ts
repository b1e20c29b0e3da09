import type { DiskFile } from "../platform/disk.ts";
import { type Damage, describeDamage } from "./damage.ts";
import type { BufferRecord } from "./record.ts";
import { scanSegment } from "./scan_segment.ts";
import {
  decodeSegmentHeader,
  type LogId,
  SEGMENT_HEADER_BYTES,
  SEGMENT_VERSION,
} from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";
import { tolerantSource } from "./tolerant_source.ts";

/** Something to tell about a file of a buffer. */
export interface Finding extends Partial<Damage> {
  /** `damage`: events or files are not what they should be. `note`: worth knowing, nothing more. */
  readonly kind: "damage" | "note";
  readonly path: string;
  /** For people: what it is and, where there is something, what to do. */
  readonly text: string;
}

/** What a segment holds, in the order in which it stands there. */
export type SegmentItem =
  /** The payload is valid only until the next item is asked for. */
  | { readonly kind: "record"; readonly record: BufferRecord }
  | Finding
  /** Nothing of it was read: it is of a version that this program does not know. */
  | { readonly kind: "unread" };

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
  const unreadable = new Set<number>();
  const source = tolerantSource(file, (offset) => unreadable.add(offset));
  const isUnreadable = (start: number, end: number) =>
    [...unreadable].some((offset) => offset >= start && offset < end);
  const damage = (text: string, stretch?: Damage): Finding => ({
    kind: "damage",
    path,
    ...stretch,
    text,
  });
  const note = (text: string): Finding => ({ kind: "note", path, text });
  const kindOf = ({ start, end }: Damage) => isUnreadable(start, end) ? "unreadable" : "damaged";

  const head = new Uint8Array(SEGMENT_HEADER_BYTES);
  const decoded = decodeSegmentHeader(head.subarray(0, source.readAt(0, head)));
  if (decoded.kind === "unknownVersion") {
    yield damage(
      `format version ${decoded.version} is not known to this program (it knows ` +
        `${SEGMENT_VERSION}), so it is not read; run the version that wrote it`,
    );
    yield { kind: "unread" };
    return;
  }
  const header = decoded.kind === "header" ? decoded.header : undefined;
  const first = header?.first ?? place.first;
  if (first === undefined) {
    yield damage("no segment: neither its first bytes nor its name are those of one");
    return;
  }
  if (!header) {
    const stretch = { start: 0, end: SEGMENT_HEADER_BYTES, firstLost: first, lost: 0 };
    const isUnfinished = place.isNewest && size <= SEGMENT_HEADER_BYTES && unreadable.size === 0;
    // Records are only written behind a header that has been synced.
    if (isUnfinished) yield note("an unfinished header and nothing else; no event stood there");
    else yield damage(`its header is ${kindOf(stretch)}, ${describeDamage(stretch)}`, stretch);
  } else if (logId !== undefined && header.logId !== logId) {
    yield damage(
      `belongs to another log, ${header.logId}, than the cursor, ${logId}, and is not shipped`,
    );
    return;
  }
  const isMisnamed = place.first !== undefined && first !== place.first;
  if (isMisnamed) {
    yield damage(`its header begins with event ${first}, its name with event ${place.first}`);
  }

  const last = isMisnamed ? Infinity : place.last;
  let end = Math.min(SEGMENT_HEADER_BYTES, size);
  for (const item of scanSegment(source, { start: SEGMENT_HEADER_BYTES, end: size, first, last })) {
    if (item.kind === "record") {
      end = item.end;
      yield { kind: "record", record: item.record };
      continue;
    }
    const stretch = item.damage;
    end = stretch.end;
    const mayBeUnfinished = place.isNewest && !place.quarantined && end === size;
    if (mayBeUnfinished && kindOf(stretch) === "damaged") {
      yield note(
        `an unfinished write of ${end - stretch.start} bytes at its end, under way now or else ` +
          `cut off by the next start; no event stood there`,
      );
    } else yield damage(`${kindOf(stretch)} at ${describeDamage(stretch)}`, stretch);
  }
  if (end < size) {
    yield note(`${size - end} bytes behind its last event, left by a failed write; no event`);
  }
}
