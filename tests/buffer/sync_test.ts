import assert from "node:assert/strict";
import { append, drain, segmentPath, send, settled } from "../support/buffer_steps.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { noSpace, unreadable } from "../support/memory_faults.ts";
import { DIRECTORY, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

/* What `buffer.sync` promises: when answers come, when syncs do, and what power loss costs. */

const NOON = Date.UTC(2026, 10, 21, 12);
const POLICIES = ["always", 1000, "never"] as const;
const FIRST = segmentPath(1);

async function setUp(sync: typeof POLICIES[number], segmentSize = 1 << 20) {
  const disk = new MemoryDisk();
  const clock = new ManualClock(NOON);
  const { buffer, log } = await openBuffer(disk, { sync, segmentSize }, clock);
  return { disk, clock, buffer, log };
}

/** The segments that were synced since, in order. */
const syncsSince = (disk: MemoryDisk, from: number): number[] =>
  disk.trace.slice(from).filter(({ operation, path }) =>
    operation === "syncData" && path.endsWith(".seg")
  ).map(({ path }) => parseInt(path.slice(-24)));

const isDurable = (disk: MemoryDisk, path: string): boolean =>
  disk.durableBytes(path) === disk.read(path).length;

Deno.test("With sync always, nobody is answered before what was sent is synced, and many share a sync", async () => {
  const { disk, buffer } = await setUp("always");
  const answered: number[] = [];
  const later: Promise<unknown>[] = [];
  const post = (id: number) =>
    send(buffer, id).then(({ kind }) => {
      assert.equal(kind, "stored");
      assert.ok(isDurable(disk, FIRST), `${id} was answered before it was durable`);
      answered.push(id);
    });
  let syncs = 0;
  disk.beforeSync = async () => {
    syncs++;
    // They come while the sync is under way that does not cover them.
    if (syncs === 1) { for (let id = 2; id <= 50; id++) later.push(post(id)); }
    assert.deepEqual(answered, syncs === 1 ? [] : [1]);
    await settled();
  };
  await post(1);
  await Promise.all(later);
  assert.deepEqual([syncs, answered.length], [2, 50]);
});

Deno.test("With sync 1000, answers do not wait, and a sync comes every second in which something did", async () => {
  const { disk, clock, buffer } = await setUp(1000);
  const from = disk.trace.length;
  const syncs = () => syncsSince(disk, from).length;
  await append(buffer, [1, 2, 3]);
  assert.equal(syncs(), 0);
  await clock.advance(999, settled);
  assert.deepEqual([syncs(), isDurable(disk, FIRST)], [0, false]);
  await clock.advance(1, settled);
  assert.deepEqual([syncs(), isDurable(disk, FIRST)], [1, true]);
  await clock.advance(60_000, settled);
  assert.equal(syncs(), 1, "none while nothing comes");
  for (let tenth = 0; tenth < 50; tenth++) {
    await append(buffer, [4 + tenth]);
    await clock.advance(100, settled);
  }
  await clock.advance(1000, settled);
  assert.equal(syncs(), 6);
  assert.ok(isDurable(disk, FIRST));
  await buffer.close();
});

const saysOf = (events: number) =>
  `ERROR Buffer - a sync failed: Input/output error (os error 5); ${events} events that were ` +
  "answered wait for the next try, and would be lost if the machine failed";

Deno.test("With sync 1000, a sync that fails is said; a second later all is durable in files written anew", async () => {
  const { disk, clock, buffer, log } = await setUp(1000);
  await append(buffer, [1, 2, 3]);
  disk.failNext("syncData", unreadable());
  await clock.advance(1000, settled);
  assert.deepEqual(log.lines, [saysOf(3)]);
  await append(buffer, [4]);
  const from = disk.trace.length;
  await clock.advance(1000, settled);
  assert.ok(!syncsSince(disk, from).includes(1), "the kernel would say that all is well");
  const after = disk.crash(() => 0);
  assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 2, 3, 4]);
  assert.deepEqual(await drain(buffer, disk), [1, 2, 3, 4]);
});

Deno.test("With sync 1000, syncs that keep failing lose nothing once they work, and then stop", async () => {
  const { disk, clock, buffer, log } = await setUp(1000);
  await append(buffer, [1, 2, 3]);
  disk.fail("syncData", unreadable());
  await clock.advance(30_000, settled);
  assert.equal(log.lines[0], saysOf(3));
  assert.ok(log.lines.length <= 33, "limited");
  disk.heal();
  await clock.advance(1000, settled);
  const after = disk.crash(() => 0);
  assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 2, 3]);
  const from = disk.trace.length;
  await clock.advance(60_000, settled);
  assert.deepEqual(syncsSince(disk, from), []);
});

Deno.test("With sync never, no append is synced however long it lies", async () => {
  const { disk, clock, buffer } = await setUp("never");
  const from = disk.trace.length;
  await append(buffer, [1, 2, 3]);
  await clock.advance(3_600_000, settled);
  assert.deepEqual(syncsSince(disk, from), []);
});

for (const sync of POLICIES) {
  Deno.test(`With sync ${sync}, a lease makes durable what its intent covers before the intent is`, async () => {
    const { disk, buffer } = await setUp(sync, 200);
    await append(buffer, [1, 2, 3]);
    const from = disk.trace.length;
    await buffer.lease(NO_LIMITS);
    const steps = disk.trace.slice(from).map(({ operation, path }) => `${operation} ${path}`);
    const intent = steps.indexOf(`create ${DIRECTORY}/cursor-lake.tmp`);
    const synced = steps.indexOf(`syncData ${segmentPath(3)}`);
    assert.ok(intent >= 0);
    if (sync === "always") assert.equal(synced, -1, "it was long before");
    else assert.ok(synced >= 0 && synced < intent, steps.join("\n"));
    assert.ok(isDurable(disk, FIRST) && isDurable(disk, segmentPath(3)));
  });

  Deno.test(`With sync ${sync}, a segment is durable before the next one takes a record`, async () => {
    const { disk, buffer } = await setUp(sync, 200);
    let looked = 0;
    disk.wrote = (path, offset) => {
      const first = parseInt(path.slice(-24));
      if (!path.endsWith(".seg") || offset === 0 || first === 1) return;
      looked++;
      for (let older = 1; older < first; older += 2) assert.ok(isDurable(disk, segmentPath(older)));
    };
    await append(buffer, [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(looked, 5);
  });

  Deno.test(`With sync ${sync}, what was answered is durable when the buffer is closed`, async () => {
    const { disk, buffer } = await setUp(sync, 200);
    await append(buffer, [1, 2, 3]);
    await buffer.close();
    const after = disk.crash(() => 0);
    assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 2, 3]);
  });
}

/** Whether a crash leaves of these at least what was synced, at most all, and none in between missing. */
async function assertPrefix(disk: MemoryDisk, synced: number, all: number): Promise<void> {
  for (let seed = 1; seed <= 20; seed++) {
    const after = disk.crash(seeded(seed));
    const { buffer } = await openBuffer(after);
    const delivered = await drain(buffer, after);
    assert.deepEqual(
      delivered,
      Array.from({ length: all }, (_, at) => at + 1).filter((id) =>
        id <= synced || delivered.includes(id)
      ),
    );
    await append(buffer, [all + 1]);
  }
}

for (const sync of POLICIES) {
  Deno.test(`With sync ${sync}, a crash costs no more than what was answered since the last sync`, async () => {
    for (const segmentSize of [100, 200, 1 << 20]) {
      const { disk, clock, buffer } = await setUp(sync, segmentSize);
      const sealed = segmentSize === 100 ? 1 : segmentSize === 200 ? 2 : Infinity;
      for (let id = 1; id <= 7; id++) {
        await append(buffer, [id]);
        const rolled = sealed === Infinity ? 0 : Math.floor((id - 1) / sealed) * sealed;
        await assertPrefix(disk, sync === "always" ? id : rolled, id);
      }
      await clock.advance(1000, settled);
      await assertPrefix(disk, sync === "never" ? 0 : 7, 7);
      await buffer.lease({ events: 1, bytes: Infinity });
      await append(buffer, [8]);
      await assertPrefix(disk, 7, 8);
    }
  });

  Deno.test(`With sync ${sync}, a batch is the same after a crash, with all its events`, async () => {
    const { disk, buffer } = await setUp(sync, 250);
    await append(buffer, [1, 2, 3, 4, 5]);
    const batch = await buffer.lease({ events: 4, bytes: Infinity });
    await append(buffer, [6]);
    for (let seed = 1; seed <= 20; seed++) {
      const after = disk.crash(seeded(seed));
      const { buffer: again } = await openBuffer(after);
      assert.deepEqual(await again.lease(NO_LIMITS), batch);
    }
  });
}

for (const sync of [1000, "never"] as const) {
  Deno.test(`With sync ${sync}, a write that fails takes the next sync from nothing answered before`, async () => {
    const { disk, buffer, log } = await setUp(sync);
    await append(buffer, [1, 2, 3]);
    disk.failNext("append", noSpace());
    assert.equal((await send(buffer, 4)).kind, "failed");
    assert.ok(!log.lines.some((line) => line.includes("sync failed")), log.lines.join("\n"));
    const batch = await buffer.lease(NO_LIMITS);
    assert.equal(batch?.last, 3);
    assert.ok(isDurable(disk, FIRST), "all that the intent covers");
  });

  Deno.test(`With sync ${sync}, a lease whose sync fails begins no batch, and one that follows does`, async () => {
    const { disk, buffer, log } = await setUp(sync);
    await append(buffer, [1, 2]);
    disk.fail("syncData", unreadable());
    await assert.rejects(buffer.lease(NO_LIMITS), /os error 5/);
    assert.equal(buffer.status.begun, false);
    assert.deepEqual(log.lines, [saysOf(2)]);
    disk.heal();
    const batch = await buffer.lease(NO_LIMITS);
    const after = disk.crash(() => 0);
    const { buffer: again } = await openBuffer(after);
    assert.deepEqual(await again.lease(NO_LIMITS), batch);
    assert.deepEqual(await drain(again, after), [1, 2]);
    assert.deepEqual(await drain(buffer, disk), [1, 2]);
  });
}

Deno.test("With sync 1000, a sync does not say of a full ring that it stores events again", async () => {
  const disk = new MemoryDisk();
  const clock = new ManualClock(NOON);
  const options = { sync: 1000, segmentSize: 100, maxSize: 300, whenFull: "reject" } as const;
  const { buffer, log } = await openBuffer(disk, options, clock);
  await append(buffer, [1, 2]);
  assert.equal((await send(buffer, 3)).kind, "full");
  await clock.advance(1000, settled);
  assert.equal((await send(buffer, 4)).kind, "full");
  assert.equal(log.lines.length, 1, log.lines.join("\n"));
});
