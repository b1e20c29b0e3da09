import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { drain, event, idsOf, settled } from "../support/buffer_steps.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { noSpace, type Operation, readOnly, unreadable } from "../support/memory_faults.ts";
import { bytesOf, openBuffer } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

/*
 * Whatever operation of the disk fails, once or for a while, while events come and go: appends have
 * an outcome, nothing rejects unhandled (which would fail the test), it recovers by itself, and
 * what was answered is there once, also for whoever finds the folder after a crash.
 */

const NOON = Date.UTC(2026, 10, 21, 12);
const OPERATIONS: readonly Operation[] = [
  "create",
  "openForReading",
  "openForWriting",
  "append",
  "truncate",
  "readAt",
  "syncData",
  "syncDirectory",
  "rename",
  "remove",
  "list",
  "makeDirectory",
  "lock",
  "look",
];
const RINGS = [
  { segmentSize: 100, sync: "always" },
  { segmentSize: 250, sync: "always" },
  { segmentSize: 250, sync: 1000 },
  { segmentSize: 1 << 20, sync: "never" },
] as const;

/** Posts and ships at the same time. */
class Traffic {
  readonly stored = new Set<number>();
  readonly refused = new Set<number>();
  readonly shipped: number[] = [];
  #id = 0;

  constructor(readonly buffer: Buffer, readonly disk: MemoryDisk) {}

  async round(): Promise<void> {
    await Promise.all([this.send(1), this.send(2), this.ship()]);
  }

  async send(count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => ++this.#id);
    const { kind } = await this.buffer.append(ids.map((id) => bytesOf(event(id))));
    for (const id of ids) (kind === "stored" ? this.stored : this.refused).add(id);
  }

  /** As the shipper does: what fails is tried again with the next tick. */
  async ship(): Promise<void> {
    try {
      const batch = await this.buffer.lease({ events: 2, bytes: Infinity });
      if (!batch) return;
      const ids = idsOf(this.disk, batch);
      await this.buffer.acknowledge(batch);
      this.shipped.push(...ids);
    } catch (error) {
      assert.match((error as Error).message, /os error \d+|deleted it or its lock/);
    }
  }
}

for (const operation of OPERATIONS) {
  for (const often of ["once", "for a while"] as const) {
    Deno.test(`${operation} that fails ${often}: every append has an outcome, and what was stored is there once`, async () => {
      for (const error of [noSpace(), unreadable(), readOnly()]) {
        for (const ring of RINGS) {
          for (const isLockDeleted of [false, true]) {
            await survives(operation, often, error, ring, isLockDeleted);
          }
        }
      }
    });
  }
}

async function survives(
  operation: Operation,
  often: "once" | "for a while",
  error: Error,
  ring: typeof RINGS[number],
  isLockDeleted: boolean,
): Promise<void> {
  const disk = new MemoryDisk();
  const clock = new ManualClock(NOON);
  const { buffer, log } = await openBuffer(disk, ring, clock);
  const traffic = new Traffic(buffer, disk);
  const context = () =>
    JSON.stringify({ error: error.message, ring, isLockDeleted, log: log.lines });
  await traffic.send(3);
  await traffic.ship();
  if (isLockDeleted) disk.takeAway("/buffer/lock");
  if (often === "once") disk.failNext(operation, error);
  else disk.fail(operation, error);
  for (let round = 0; round < 4; round++) {
    await traffic.round();
    await clock.advance(1200, settled);
  }
  disk.heal();
  await clock.advance(1000, settled);
  assert.deepEqual(buffer.status.state, { kind: "ready" }, context());
  await traffic.round();
  assert.ok(traffic.stored.size >= 6, context());

  const { shipped, stored, refused } = traffic;
  const after = ring.sync === "always" ? disk.crash(seeded(1)) : disk.clone();
  const { buffer: again } = await openBuffer(after, ring);
  for (const [left, where] of [[again, after], [buffer, disk]] as const) {
    const delivered = [...shipped, ...await drain(left, where)];
    assert.deepEqual(delivered.filter((id) => refused.has(id)), [], context());
    assert.deepEqual(delivered, [...stored].sort((a, b) => a - b), context());
  }
  await buffer.close();
}

for (const operation of ["openForReading", "readAt", "list", "look"] as const) {
  Deno.test(`${operation} that fails: the buffer's numbers are there all the same, for /metrics to tell of it`, async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock(NOON);
    const { buffer } = await openBuffer(disk, {}, clock);
    await new Traffic(buffer, disk).send(3);
    for (const error of [unreadable(), new Error("Too many open files (os error 24)")]) {
      disk.fail(operation, error);
      assert.equal(buffer.status.events, 3);
      assert.equal(buffer.oldestAge, 0);
    }
  });
}
