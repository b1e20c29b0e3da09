import type { DiskFile } from "../platform/disk.ts";
import { Finder, type Finding } from "./inspect_finding.ts";
import { inspectHeader, inspectSegment, type SegmentPlace } from "./inspect_segment.ts";
import { readReceivedTime, RECORD_HEADER_BYTES } from "./record.ts";
import { type LogId, SEGMENT_HEADER_BYTES } from "./segment.ts";
import { tolerantSource } from "./tolerant_source.ts";

/** What a look at a segment shows. */
export interface Glance {
  /**
   * Sequence of its last record: of the newest segment as found, of others a bound, by the next
   * one's name. Undefined when it cannot be told.
   */
  readonly last: number | undefined;
  /** When its first event was received, µs since 1970; undefined when it cannot be told. */
  readonly receivedFirst: number | undefined;
  /** The same of its last event; told of the newest segment only. */
  readonly receivedLast: number | undefined;
  /** The first finding, and how many more there are. */
  readonly note: string | undefined;
}

/**
 * Looks at the newest segment from end to end, and at the beginning of any other.
 *
 * @param place with a name that says its first sequence
 */
export function glance(
  file: DiskFile,
  path: string,
  place: SegmentPlace & { readonly first: number },
  logId: LogId | undefined,
): Glance {
  return place.isNewest
    ? readToEnd(file, path, place, logId)
    : readBeginning(file, path, place, logId);
}

function readToEnd(
  file: DiskFile,
  path: string,
  place: SegmentPlace & { readonly first: number },
  logId: LogId | undefined,
): Glance {
  const findings = new Findings();
  let last: number | undefined = place.first - 1;
  let receivedFirst: number | undefined;
  let receivedLast: number | undefined;
  for (const item of inspectSegment(file, path, place, logId)) {
    if (item.kind === "record") {
      last = item.record.sequence;
      receivedLast = item.record.receivedMicroseconds;
      receivedFirst ??= receivedLast;
    } else if (item.kind === "passed") last = undefined;
    else findings.add(item);
  }
  return { last, receivedFirst, receivedLast, note: findings.note };
}

function readBeginning(
  file: DiskFile,
  path: string,
  place: SegmentPlace & { readonly first: number },
  logId: LogId | undefined,
): Glance {
  const findings = new Findings();
  const finder = new Finder(path);
  const source = tolerantSource(file, (offset) => finder.unreadable(offset));
  let isKnown = true;
  for (const item of inspectHeader(source, file.size(), finder, place, logId)) {
    if (item.kind === "passed") isKnown = false;
    else if (item.kind !== "record") findings.add(item);
  }
  const bytes = new Uint8Array(RECORD_HEADER_BYTES);
  const header = bytes.subarray(0, source.readAt(SEGMENT_HEADER_BYTES, bytes));
  return {
    last: isKnown ? place.last : undefined,
    receivedFirst: isKnown ? readReceivedTime(header, place.first) : undefined,
    receivedLast: undefined,
    note: findings.note,
  };
}

/** A few words on findings, however many there are. */
class Findings {
  #first: string | undefined;
  #more = 0;

  add({ text }: Finding): void {
    if (this.#first === undefined) this.#first = text;
    else this.#more++;
  }

  get note(): string | undefined {
    return this.#more === 0
      ? this.#first
      : `${this.#first} (and ${this.#more} more: falco-lake buffer verify)`;
  }
}
