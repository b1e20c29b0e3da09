import assert from "node:assert/strict";
import { SEGMENT_HEADER_BYTES } from "../../../src/buffer/segment.ts";
import { textOf } from "../../support/open_buffer.ts";
import { recordsIn } from "./layout.ts";

/** Why a record that was answered `stored` may be missing in the lake. */
export type Excuse = "decayed" | "taken" | "cut" | "unreadable" | "unsynced" | "foreign";

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
  readonly #harmedHeaders = new Set<string>();
  /** What cannot be read, and how many leases have met it. */
  #unreadable: Sent[] = [];
  #leases = 0;
  /** What could not be read at some time: a copy of its segment goes on without it at once. */
  readonly #onceUnreadable = new Set<Sent>();
  readonly reported: ReportedLoss[] = [];
  /** Either the cursor or the segments are harmed so: with both, nothing tells what was given. */
  unknowable: "cursor" | "blocks" | undefined;
  /** What is said to have been lost in damage. */
  readonly #told = new Set<Sent>();
  /** Digits of the segments that somebody or a crash has harmed: of others no damage may be told. */
  readonly harmed = new Set<string>();
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
    this.harmed.add(segmentDigits(path)!);
    for (const { sent } of this.#within(path, start, end)) this.excuseOne(sent, excuse);
  }

  excuseRange(range: ReportedLoss, excuse: Excuse): void {
    for (const sent of this.#sent) if (isWithin(sent, range)) this.excuseOne(sent, excuse);
  }

  excuseLog(log: string, excuse: Excuse): void {
    for (const sent of this.#sent) if (sent.log === log) this.excuseOne(sent, excuse);
  }

  excuseOne(sent: Sent, excuse: Excuse): void {
    // Only of what decayed must somebody be told, so any other excuse is a better one.
    if (!sent.excuse || sent.excuse === "decayed") sent.excuse = excuse;
  }

  /** @returns false when a segment's header has been harmed before */
  harmHeader(path: string): boolean {
    const digits = segmentDigits(path)!;
    if (this.#harmedHeaders.has(digits)) return false;
    this.#harmedHeaders.add(digits);
    return true;
  }

  /** What stands in a file between two offsets cannot be read for now. */
  unreadable(path: string, start: number, end: number): void {
    this.harmed.add(segmentDigits(path)!);
    for (const { sent } of this.#within(path, start, end)) {
      this.#unreadable.push(sent);
      this.#onceUnreadable.add(sent);
    }
  }

  /**
   * Of what had these sequences by now, in that segment: where nothing of its end is readable, they
   * are as many as it may have held, and reach into the next one.
   */
  lostInDamage(range: ReportedLoss, path: string): void {
    for (const sent of this.stored) {
      if (isWithin(sent, range) && sent.segment === segmentDigits(path)) this.#told.add(sent);
    }
  }

  /** A lease is tried; after the fifth that fails, what cannot be read may be given up. */
  leasing(): void {
    if (this.#unreadable.length === 0) return;
    if (++this.#leases < 5) return;
    for (const sent of this.#unreadable) sent.excuse ??= "unreadable";
  }

  healed(): void {
    this.#unreadable = [];
    this.#leases = 0;
  }

  get stored(): readonly Sent[] {
    return this.#sent.filter(({ isStored }) => isStored);
  }

  isReportedLost(sent: Sent): boolean {
    return this.reported.some((range) => isWithin(sent, range));
  }

  /** Damage at the end of what is the newest segment after a crash looks like an unfinished write. */
  isReportedCut({ segment }: Sent): boolean {
    return segment !== undefined && this.cut.has(segment);
  }

  /** What was answered has arrived, or is excused; what decayed or was dropped, somebody was told. */
  checkArrived(arrived: ReadonlySet<Sent>): void {
    for (const sent of this.stored) {
      const { text, sequence, excuse } = sent;
      if (arrived.has(sent)) {
        const isTold = this.#told.has(sent) && !this.#onceUnreadable.has(sent);
        assert.ok(excuse || !isTold, `${text} is said to be lost in damage, but arrived`);
        continue;
      }
      const isReported = this.isReportedLost(sent);
      assert.ok(isReported || excuse, `${text} is lost, with sequence ${sequence}`);
      const isSaid = isReported || this.isReportedCut(sent);
      assert.ok(isSaid || excuse !== "decayed", `nobody was told that ${text} is lost`);
    }
  }

  /** Sequences grow as the answered events were sent, and nobody shares one. */
  checkSequences(): void {
    const last = new Map<string, Sent>();
    const owners = new Map<string, Sent>();
    for (const sent of this.stored) {
      const key = `${sent.log}-${sent.sequence}`;
      const owner = owners.get(key);
      owners.set(key, sent);
      // Where decay looked like an unfinished write, or nothing is left, it was free again.
      const isDropped = owner && this.isReportedLost(owner) && !this.#told.has(owner);
      const isLeft = !isDropped && (owner?.excuse === "decayed" ||
        (owner && !owner.excuse && this.harmed.size === 0));
      assert.ok(
        !isLeft || this.isReportedCut(owner),
        `${owner?.text} and ${sent.text} were given sequence ${sent.sequence}`,
      );
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

const isWithin = ({ log, sequence }: Sent, range: ReportedLoss): boolean =>
  sequence !== undefined && range.log === log && sequence >= range.first && sequence <= range.last;

/** The 20 digits of a segment's name, quarantined or not. */
export const segmentDigits = (path: string): string | undefined =>
  /(\d{20})\.(?:seg|corrupt)$/.exec(path)?.[1];
