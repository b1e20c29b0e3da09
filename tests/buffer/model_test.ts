import assert from "node:assert/strict";
import fc from "fast-check";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import type { CapturedLog } from "../support/capture_log.ts";
import { seeded } from "../support/seeded.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, openBuffer, textOf } from "../support/open_buffer.ts";

/*
 * Random histories of a buffer against a plain list of what was acknowledged to clients, on a disk
 * that loses, tears and reorders what was not synced. A lake in memory keeps objects by range, so
 * that a repeated delivery replaces itself, as it does in S3.
 */

type Step =
  | { readonly kind: "append"; readonly sizes: readonly number[] }
  | {
    readonly kind: "fail";
    readonly operation: "append" | "syncData" | "syncDirectory" | "create" | "rename" | "remove";
  }
  | {
    readonly kind: "ship";
    readonly events: number;
    readonly outcome: "acknowledge" | "putOnly" | "leaseOnly";
  }
  | { readonly kind: "crash"; readonly seed: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      sizes: fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("ship" as const),
      events: fc.integer({ min: 1, max: 6 }),
      outcome: fc.constantFrom(
        "acknowledge" as const,
        "acknowledge" as const,
        "putOnly" as const,
        "leaseOnly" as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fail" as const),
      operation: fc.constantFrom(
        "append" as const,
        "syncData" as const,
        "syncDirectory" as const,
        "create" as const,
        "rename" as const,
        "remove" as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), seed: fc.nat() }) },
);

class History {
  disk = new MemoryDisk();
  buffer!: Buffer;
  #log!: CapturedLog;
  readonly sent = new Set<string>();
  /** What was answered with `stored`, and the sequence it has. */
  readonly answered: { readonly text: string; readonly sequence: number }[] = [];
  readonly lake = new Map<string, readonly string[]>();
  /** The sequences that the log says were dropped, first and last. */
  readonly dropped: (readonly [number, number])[] = [];
  #serial = 0;

  async open(): Promise<void> {
    ({ buffer: this.buffer, log: this.#log } = await openBuffer(this.disk, {
      segmentSize: 220,
      maxSize: 1200,
    }));
  }

  async apply(step: Step): Promise<void> {
    switch (step.kind) {
      case "append": {
        const texts = step.sizes.map((size) => `${this.#serial++}:`.padEnd(size, "x"));
        for (const text of texts) this.sent.add(text);
        const outcome = await this.buffer.append(texts.map(bytesOf));
        if (outcome.kind !== "stored") return;
        const first = this.buffer.status.last - texts.length + 1;
        texts.forEach((text, at) => this.answered.push({ text, sequence: first + at }));
        return;
      }
      case "fail":
        return this.disk.failNext(
          step.operation,
          new Error(`injected ${step.operation}`),
          // Or it would nearly always be the cursor's temporary file that is not removed.
          step.operation === "remove" ? ".seg" : "",
        );
      case "ship":
        return await this.#ship(step.events, step.outcome);
      case "crash":
        this.#noteDropped();
        this.disk = this.disk.crash(seeded(step.seed));
        return await this.open();
    }
  }

  async #ship(events: number, outcome: "acknowledge" | "putOnly" | "leaseOnly"): Promise<void> {
    try {
      const batch = await this.buffer.lease({ events, bytes: Infinity });
      if (!batch || outcome === "leaseOnly") return;
      const payloads = [...readRecords(this.disk, batch.slices)].map(({ payload }) =>
        textOf(payload)
      );
      const key = `${batch.first}-${batch.last}`;
      // What takes an object's place has all that it had.
      assert.deepEqual(payloads, this.lake.get(key) ?? payloads);
      this.lake.set(key, payloads);
      if (outcome === "acknowledge") await this.buffer.acknowledge(batch);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      assert.match((error as Error).message, /^injected/);
    }
  }

  async finish(): Promise<void> {
    for (;;) {
      // The first attempts may meet a fault that is still armed.
      await this.#ship(4, "acknowledge");
      if (this.buffer.status.events === 0 && !this.buffer.status.begun) break;
    }
    this.#noteDropped();
  }

  /** Reads from this run's log what it dropped; the counter must say the same. */
  #noteDropped(): void {
    let events = 0;
    for (const line of this.#log.lines) {
      const match = /dropped the oldest (\d+) events, sequences (\d+) to (\d+);/.exec(line);
      if (!match) continue;
      events += Number(match[1]);
      this.dropped.push([Number(match[2]), Number(match[3])]);
    }
    assert.equal(this.buffer.status.droppedEvents, events);
  }
}

Deno.test("Buffer under random appends, faults, crashes and deliveries loses and doubles nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const history = new History();
      await history.open();
      for (const step of steps) await history.apply(step);
      await history.finish();
      const delivered = [...history.lake.values()].flat();
      assert.equal(new Set(delivered).size, delivered.length, "something was delivered twice");
      for (const text of delivered) assert.ok(history.sent.has(text), `invented ${text}`);
      const arrived = new Set(delivered);
      const isDropped = (sequence: number) =>
        history.dropped.some(([first, last]) => sequence >= first && sequence <= last);
      const lost = history.answered.filter(({ text, sequence }) =>
        !arrived.has(text) && !isDropped(sequence)
      );
      assert.deepEqual(lost, [], `while ${JSON.stringify(history.dropped)} were dropped`);
      const serials = [...history.lake].sort(([a], [b]) => parseInt(a) - parseInt(b))
        .flatMap(([, texts]) => texts.map((text) => parseInt(text)));
      assert.deepEqual(serials, serials.toSorted((a, b) => a - b), "order is kept");
    }),
    { numRuns: 4000 },
  );
});
