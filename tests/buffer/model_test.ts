import assert from "node:assert/strict";
import fc from "fast-check";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
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
    readonly operation: "append" | "syncData" | "syncDirectory" | "create" | "rename";
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
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), seed: fc.nat() }) },
);

class History {
  disk = new MemoryDisk();
  buffer!: Buffer;
  readonly sent = new Set<string>();
  readonly answered: string[] = [];
  readonly lake = new Map<string, readonly string[]>();
  dropped = 0;
  #serial = 0;

  async open(): Promise<void> {
    ({ buffer: this.buffer } = await openBuffer(this.disk, { segmentSize: 220, maxSize: 4000 }));
  }

  async apply(step: Step): Promise<void> {
    switch (step.kind) {
      case "append": {
        const texts = step.sizes.map((size) => `${this.#serial++}:`.padEnd(size, "x"));
        for (const text of texts) this.sent.add(text);
        const outcome = await this.buffer.append(texts.map(bytesOf));
        if (outcome.kind === "stored") this.answered.push(...texts);
        return;
      }
      case "fail":
        return this.disk.failNext(step.operation, new Error(`injected ${step.operation}`));
      case "ship":
        return await this.#ship(step.events, step.outcome);
      case "crash":
        this.dropped += this.buffer.status.droppedEvents;
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
      this.lake.set(`${batch.first}-${batch.last}`, payloads);
      if (outcome === "acknowledge") await this.buffer.acknowledge(batch);
    } catch (error) {
      assert.match((error as Error).message, /^injected/);
    }
  }

  async finish(): Promise<void> {
    for (;;) {
      // The first attempts may meet a fault that is still armed.
      await this.#ship(4, "acknowledge");
      if (this.buffer.status.events === 0 && !this.buffer.status.begun) break;
    }
    this.dropped += this.buffer.status.droppedEvents;
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
      const missing = history.answered.filter((text) => !arrived.has(text));
      assert.ok(
        missing.length <= history.dropped,
        `lost ${missing.join(" ")}, while ${history.dropped} were counted as dropped`,
      );
      const serials = [...history.lake].sort(([a], [b]) => parseInt(a) - parseInt(b))
        .flatMap(([, texts]) => texts.map((text) => parseInt(text)));
      assert.deepEqual(serials, serials.toSorted((a, b) => a - b), "order is kept");
    }),
    { numRuns: 4000 },
  );
});
