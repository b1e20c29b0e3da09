import assert from "node:assert/strict";
import { SEGMENT_HEADER_BYTES } from "../../../src/buffer/segment.ts";
import { textOf } from "../../support/open_buffer.ts";
import { recordsIn } from "./layout.ts";

/** Why a record that was answered `stored` may be missing in the lake. */
export type Excuse = "decayed" | "taken" | "cut" | "unreadable" | "unsynced";

/** An event on its way. */
export interface Sent {
  /** Nothing else in the history is the same. */
  readonly text: string;
  /** In the order in which they were sent. */
  readonly serial: number;
  readonly receivedMicroseconds: number;
  /** What the buffer gave it when it last wrote it, and where that was. */
  log: string | undefined;
  sequence: number | undefined;
  segment: string | undefined;
  end: number;
  isStored: boolean;
  excuse: Excuse | undefined;
}

/** Where a record stands in its segment. */
interface Placed {
  readonly sent: Sent;
  readonly start: number;
  readonly end: number;
}

/** Sequences that the buffer has said are lost. */
export interface ReportedLoss {
  readonly log: string;
  readonly first: number;
  readonly last: number;
}

/**
 * What clients have sent and been answered, kept apart from the buffer: it sees the bytes that
 * reach the disk, and so knows which record stands where, whatever becomes of it.
 */
export class Ledger {
  readonly #sent: Sent[] = [];
  readonly #byText = new Map<string, Sent>();
  /** By the digits in a segment's name. */
  readonly #segments = new Map<string, { log: string; records: Placed[] }>();
  /** What cannot be read, and how many leases have met it. */
  #unreadable: Sent[] = [];
  #leases = 0;
  readonly reported: ReportedLoss[] = [];
  /** Digits of the segments whose end the buffer took for an unfinished write, and said so. */
  readonly cut = new Set<string>();

  send(size: number, milliseconds: number): Sent {
    const serial = this.#sent.length;
    const sent: Sent = {
      text: `${serial}:`.padEnd(size, "x"),
      serial,
      receivedMicroseconds: Math.floor(milliseconds * 1000),
      log: undefined,
      sequence: undefined,
      segment: undefined,
      end: 0,
      isStored: false,
      excuse: undefined,
    };
    this.#sent.push(sent);
    this.#byText.set(sent.text, sent);
    return sent;
  }

  /** @throws when nothing like it was ever sent */
  find(text: string): Sent {
    const sent = this.#byText.get(text);
    assert.ok(sent, `invented: ${JSON.stringify(text)}`);
    return sent;
  }

  /** To be told of all that reaches a file. */
  wrote(path: string, offset: number, bytes: Uint8Array): void {
    const digits = segmentDigits(path);
    if (digits === undefined) return;
    const isHeader = textOf(bytes.subarray(0, 8)) === "FALCOSEG";
    if (isHeader) {
      this.#segments.set(digits, { log: bytes.slice(16, 32).toHex(), records: [] });
    }
    const segment = this.#segments.get(digits);
    if (!segment) return; // half a header
    const skipped = isHeader ? SEGMENT_HEADER_BYTES : 0;
    for (const { start, end, sequence, payload } of recordsIn(bytes.subarray(skipped))) {
      const sent = this.find(textOf(payload));
      sent.sequence = sequence;
      sent.log = segment.log;
      sent.segment = digits;
      sent.end = offset + skipped + end;
      segment.records.push({ sent, start: offset + skipped + start, end: sent.end });
    }
  }

  /** What stands, or stood, in a segment between two offsets. */
  excuse(path: string, excuse: Excuse, start = 0, end = Infinity): void {
    for (const { sent } of this.#within(path, start, end)) this.excuseOne(sent, excuse);
  }

  excuseOne(sent: Sent, excuse: Excuse): void {
    // Only of what decayed must somebody be told, so any other excuse is a better one.
    if (!sent.excuse || sent.excuse === "decayed") sent.excuse = excuse;
  }

  /** What stands in a file between two offsets cannot be read for now. */
  unreadable(path: string, start: number, end: number): void {
    this.#unreadable.push(...this.#within(path, start, end).map(({ sent }) => sent));
  }

  /** A lease is tried; after the fifth that fails, what cannot be read may be given up. */
  leasing(): void {
    if (this.#unreadable.length === 0) return;
    if (++this.#leases >= 5) { for (const sent of this.#unreadable) sent.excuse ??= "unreadable"; }
  }

  healed(): void {
    this.#unreadable = [];
    this.#leases = 0;
  }

  get stored(): readonly Sent[] {
    return this.#sent.filter(({ isStored }) => isStored);
  }

  isReportedLost({ log, sequence }: Sent): boolean {
    return sequence !== undefined &&
      this.reported.some((range) =>
        range.log === log && sequence >= range.first && sequence <= range.last
      );
  }

  /** Damage at the end of what is the newest segment after a crash looks like an unfinished write. */
  isReportedCut({ segment }: Sent): boolean {
    return segment !== undefined && this.cut.has(segment);
  }

  /** Sequences grow as the answered events were sent, and nobody shares one. */
  checkSequences(): void {
    const last = new Map<string, Sent>();
    for (const sent of this.stored) {
      // Lost before anybody saw it: the sequence is free for another.
      if (sent.excuse || this.isReportedLost(sent)) continue;
      assert.ok(sent.log && sent.sequence, `${sent.text} was answered, but never written`);
      const before = last.get(sent.log);
      assert.ok(
        !before?.sequence || before.sequence < sent.sequence,
        `${before?.text} has sequence ${before?.sequence}, and ${sent.text} ${sent.sequence}`,
      );
      last.set(sent.log, sent);
    }
  }

  #within(path: string, start: number, end: number): readonly Placed[] {
    const records = this.#segments.get(segmentDigits(path) ?? "")?.records ?? [];
    return records.filter((placed) => placed.start < end && placed.end > start);
  }
}

/** The 20 digits of a segment's name, quarantined or not. */
export const segmentDigits = (path: string): string | undefined =>
  /(\d{20})\.(?:seg|corrupt)$/.exec(path)?.[1];
