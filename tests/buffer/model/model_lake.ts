import assert from "node:assert/strict";
import type { Batch } from "../../../src/buffer/buffer.ts";
import type { BufferRecord } from "../../../src/buffer/record.ts";
import { textOf } from "../../support/open_buffer.ts";
import type { Ledger, Sent } from "./ledger.ts";

interface StoredObject {
  readonly log: string;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly events: readonly Sent[];
}

/** How far the delivery of a log's batch has come. */
interface Delivery {
  readonly first: number;
  readonly last: number;
  /** The run of the buffer that last leased it. */
  readonly run: number;
  /** Whether that has tried to acknowledge it, so that its successor may find it acknowledged. */
  isAcknowledging: boolean;
}

/** A lake that keeps objects by log and range, as S3 does by key: a repeat replaces itself. */
export class ModelLake {
  readonly #ledger: Ledger;
  readonly #objects = new Map<string, StoredObject>();
  readonly #deliveries = new Map<string, Delivery>();
  /** Per log, the last sequence that is acknowledged for certain. */
  readonly #acknowledged = new Map<string, number>();
  /** In the order in which they were begun. */
  readonly #logs = new Set<string>();
  /** Batches that were to be set aside, by log and range, and the epoch of that. */
  readonly #asides = new Map<string, number>();
  /** How often the cursor was lost. */
  #epoch = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The cursor is lost: what is here already may come again, in other batches. */
  repeats(): void {
    this.#epoch++;
    this.#deliveries.clear();
    this.#acknowledged.clear();
  }

  acknowledgedOf(log: string): number {
    return this.#acknowledged.get(log) ?? 0;
  }

  /** The last sequence that any batch of a log has held. */
  lastOf(log: string): number {
    return Math.max(this.#deliveries.get(log)?.last ?? 0, this.acknowledgedOf(log));
  }

  /** @param run which opening of the buffer gave the batch out */
  leased(log: string, { first, last }: Batch, run: number): void {
    this.#logs.add(log);
    const before = this.#deliveries.get(log);
    const range = `${first}-${last}`;
    assert.ok(first <= last, `an empty batch ${range}`);
    let isAcknowledging = false;
    if (before?.first === first) {
      assert.equal(range, `${before.first}-${before.last}`, "a batch keeps its range");
      isAcknowledging = before.run === run && before.isAcknowledging;
    } else {
      const isOver = !before || before.isAcknowledging && before.run !== run;
      assert.ok(isOver, `${before?.first}-${before?.last} is not acknowledged, but ${range} comes`);
      const acknowledged = before?.last ?? this.#acknowledged.get(log);
      if (acknowledged !== undefined) {
        assert.equal(first, acknowledged + 1, "a batch begins where the last one ended");
      }
    }
    this.#deliveries.set(log, { first, last, run, isAcknowledging });
  }

  /** A batch is to be set aside. */
  settingAside(log: string, { first, last }: Batch): void {
    this.#asides.set(`${log}-${first}-${last}`, this.#epoch);
  }

  /** Whether a batch was ever to be set aside. */
  wasSetAside(log: string, { first, last }: Batch): boolean {
    return this.#asides.has(`${log}-${first}-${last}`);
  }

  put(log: string, { first, last }: Batch, records: Iterable<BufferRecord>): void {
    const key = `${log}-${first}-${last}`;
    const epoch = this.#asides.get(key) ?? this.#epoch;
    const events: Sent[] = [];
    let least = first;
    for (const { sequence, receivedMicroseconds, payload } of records) {
      const sent = this.#ledger.find(textOf(payload));
      // With neither a cursor nor a header that tells its log, an event is adopted by a new one.
      if (this.#epoch > 0) sent.log = log;
      assert.ok(
        sequence >= least && sequence <= last,
        `sequence ${sequence} in ${first}-${last} after ${least - 1}`,
      );
      assert.deepEqual(
        { log, sequence, receivedMicroseconds },
        { log: sent.log, sequence: sent.sequence, receivedMicroseconds: sent.receivedMicroseconds },
        sent.text,
      );
      events.push(sent);
      least = sequence + 1;
    }
    if (events.length === 0) return; // the shipper puts no empty object
    for (const other of this.#objects.values()) {
      if (other.log !== log || other.last < first || other.first > last) continue;
      const isSame = other.first === first && other.last === last;
      if (isSame) this.#mayReplace(other.events, events);
      else assert.notEqual(other.epoch, epoch, "two objects with one sequence");
    }
    this.#objects.set(key, { log, epoch, first, last, events });
  }

  acknowledging(log: string): void {
    this.#deliveries.get(log)!.isAcknowledging = true;
  }

  acknowledged(log: string, { last }: Batch): void {
    this.#deliveries.delete(log);
    this.#acknowledged.set(log, last);
  }

  /** Everything that arrived did so in order, and once as long as the cursor was not lost. */
  arrived(): ReadonlySet<Sent> {
    const logs = [...this.#logs];
    const objects = [...this.#objects.values()].sort((a, b) =>
      a.epoch - b.epoch || logs.indexOf(a.log) - logs.indexOf(b.log) || a.first - b.first
    );
    const events = objects.flatMap((object) =>
      object.events.map((sent) => ({ sent, epoch: object.epoch }))
    );
    for (let at = 1; at < events.length; at++) {
      const [before, after] = [events[at - 1]!, events[at]!];
      const isInOrder = before.sent.serial < after.sent.serial || before.epoch < after.epoch;
      assert.ok(isInOrder, `${before.sent.text} stands before ${after.sent.text}`);
    }
    return new Set(events.map(({ sent }) => sent));
  }

  /** What takes an object's place has all that it had, unless that was harmed meanwhile. */
  #mayReplace(old: readonly Sent[], replacement: readonly Sent[]): void {
    const [had, has] = [new Set(old), new Set(replacement)];
    for (const sent of had.symmetricDifference(has)) {
      assert.ok(sent.excuse, `${sent.text} is in one of two deliveries of a batch`);
    }
  }
}
