import assert from "node:assert/strict";
import { WAITING_BYTES_MAX } from "../../src/buffer/group_commit.ts";
import {
  append,
  drain,
  errorsOf,
  segmentPath,
  segmentsOf,
  send,
  settled,
} from "../support/buffer_steps.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { noSpace, unreadable } from "../support/memory_faults.ts";
import { DIRECTORY, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

/* Disks that fail: what is said of it, what is kept, and how it goes on when they work again. */

const NOON = Date.UTC(2026, 10, 21, 12);
const STORES_AGAIN = "INFO Buffer - stores events again";
const REMEDY = "free space or mend the disk, nothing needs a restart";
const refusal = (reason: string) =>
  `ERROR Buffer - cannot store events, answering 503 until it works again: ${reason}; ${REMEDY}`;
const EIO = "Input/output error (os error 5)";

for (const operation of ["append", "syncData"] as const) {
  Deno.test(`EIO once on a commit's ${operation}: stored all the same, in a new segment, and said`, async () => {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk);
    await append(buffer, [1]);
    disk.failNext(operation, unreadable());
    await append(buffer, [2]);
    assert.deepEqual(segmentsOf(disk), [1, 2]);
    assert.deepEqual(log.lines, [`WARN Buffer - ${EIO}; going on in a new segment`]);
    assert.deepEqual(buffer.status.state, { kind: "ready" });
    const after = disk.crash(() => 0.9999);
    assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 2]);
    assert.deepEqual(await drain(buffer, disk), [1, 2]);
  });
}

for (const operation of ["create", "append", "syncData", "syncDirectory"] as const) {
  Deno.test(`EIO once on the ${operation} that begins a segment: stored all the same, and said`, async () => {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk, { segmentSize: 100 });
    await append(buffer, [1]);
    disk.failNext(operation, unreadable(), operation === "syncDirectory" ? "" : "0002.seg");
    await append(buffer, [2, 3]);
    assert.deepEqual(segmentsOf(disk), [1, 2, 3]);
    assert.deepEqual(log.lines, [`WARN Buffer - ${EIO}; going on in a new segment`]);
    const after = disk.crash(seeded(1));
    assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 2, 3]);
  });
}

/** Disks that fail for a while, and why nothing can be stored then. */
const OUTAGES: readonly {
  readonly outage: string;
  readonly begins: (disk: MemoryDisk) => void;
  readonly reason: string;
}[] = [
  ...(["create", "append", "syncData"] as const).map((operation) => ({
    outage: `EIO on every ${operation}`,
    // So that not even a file that works can be begun.
    begins: (disk: MemoryDisk) => {
      disk.fail(operation, unreadable(), ".seg");
      if (operation === "create") disk.failNext("append", unreadable(), ".seg");
    },
    reason: EIO,
  })),
  {
    outage: "EIO on every sync of the folder",
    begins: (disk) => {
      disk.fail("syncDirectory", unreadable());
      disk.failNext("append", unreadable());
    },
    reason: EIO,
  },
  {
    outage: "EROFS",
    begins: (disk) => disk.isReadOnly = true,
    reason: "Read-only file system (os error 30)",
  },
];

for (const { outage, begins, reason } of OUTAGES) {
  Deno.test(`${outage}: refused and said once, and stored again by itself when it is over`, async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock(NOON);
    const { buffer, log } = await openBuffer(disk, {}, clock);
    await append(buffer, [1]);
    begins(disk);
    const failed = { kind: "failed", reason: `${DIRECTORY}: ${reason}` } as const;
    for (let time = 0; time < 3; time++) {
      assert.deepEqual(await send(buffer, 90), failed);
      assert.deepEqual(buffer.status.state, failed);
      await clock.advance(3000, settled);
    }
    assert.deepEqual(errorsOf(log), [refusal(`${DIRECTORY}: ${reason}`)]);
    disk.heal();
    await clock.advance(1000, settled);
    assert.deepEqual(buffer.status.state, { kind: "ready" });
    assert.deepEqual([errorsOf(log).length, log.lines.at(-1)], [1, STORES_AGAIN]);
    await append(buffer, [2]);
    const after = disk.crash(() => 0.9999);
    assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 2]);
    assert.deepEqual(await drain(buffer, disk), [1, 2]);
  });
}

Deno.test("A disk that fails for another cause than before says that as well", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  const causes = [noSpace(), unreadable(), noSpace()];
  for (const cause of causes) {
    disk.fail("append", cause);
    for (let time = 0; time < 2; time++) assert.equal((await send(buffer, 1)).kind, "failed");
  }
  assert.deepEqual(errorsOf(log), causes.map(({ message }) => refusal(`${DIRECTORY}: ${message}`)));
});

Deno.test("ENOSPC: no second file is tried, which would have no more room", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1]);
  disk.failNext("append", noSpace());
  const from = disk.trace.length;
  assert.equal((await send(buffer, 2)).kind, "failed");
  const created = disk.trace.slice(from).filter(({ operation }) => operation === "create");
  assert.deepEqual(created, []);
  assert.deepEqual(log.lines, [refusal(`${DIRECTORY}: ${noSpace().message}`)]);
});

Deno.test("A disk with room for a segment's header and for no event is said once, and its probe waits for 64 KiB", async () => {
  const disk = new MemoryDisk();
  disk.capacity = 300_000;
  const clock = new ManualClock(NOON);
  const { buffer, log } = await openBuffer(disk, {}, clock);
  disk.fill(5000);
  for (let second = 0; second < 5; second++) {
    assert.equal((await buffer.append([new Uint8Array(10_000)])).kind, "failed");
    await clock.advance(1000, settled);
    assert.equal(buffer.status.state.kind, "failed");
  }
  assert.equal(log.lines.length, 1, log.lines.join("\n"));
  disk.fill(20_000);
  await clock.advance(5000, settled);
  assert.equal(buffer.status.state.kind, "failed", "less than 64 KiB is not worth a word");
  disk.fill(70_000);
  await clock.advance(1000, settled);
  assert.deepEqual(buffer.status.state, { kind: "ready" });
  assert.deepEqual(log.lines.slice(1), [STORES_AGAIN]);
});

Deno.test("A disk with less than 64 KiB stores what fits all the same, and says that it does", async () => {
  const disk = new MemoryDisk();
  disk.capacity = 300_000;
  const { buffer, log } = await openBuffer(disk);
  disk.fill(5000);
  assert.equal((await buffer.append([new Uint8Array(10_000)])).kind, "failed");
  assert.equal((await buffer.append([new Uint8Array(1000)])).kind, "stored");
  assert.deepEqual(buffer.status.state, { kind: "ready" });
  assert.equal(log.lines.at(-1), STORES_AGAIN);
});

Deno.test("A sync that failed is never repeated on the same file", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1]);
  for (let id = 2; id <= 5; id++) {
    const failing = segmentsOf(disk).at(-1)!;
    disk.failNext("syncData", unreadable(), segmentPath(failing));
    const from = disk.trace.length;
    await append(buffer, [id]);
    await append(buffer, []);
    const synced = disk.trace.slice(from).filter(({ operation, path }) =>
      operation === "syncData" && path === segmentPath(failing)
    );
    assert.equal(synced.length, 1);
  }
  const from = disk.trace.length;
  await buffer.lease(NO_LIMITS);
  await buffer.close();
  const late = disk.trace.slice(from).filter(({ operation }) => operation === "syncData");
  assert.deepEqual(late.map(({ path }) => path), [`${DIRECTORY}/cursor-lake.tmp`]);
});

Deno.test("The states of a buffer: ready, full, failed, draining, closed, and what appends get in each", async () => {
  const disk = new MemoryDisk();
  const options = { segmentSize: 100, maxSize: 250, whenFull: "reject" } as const;
  const { buffer } = await openBuffer(disk, options);
  const state = () => buffer.status.state.kind;
  assert.equal(state(), "ready");
  await append(buffer, [1, 2]);
  assert.equal((await send(buffer, 3)).kind, "full");
  assert.equal(state(), "full");
  assert.deepEqual(await drain(buffer, disk), [1, 2]);
  await append(buffer, [3]);
  assert.equal(state(), "ready");
  disk.fail("append", noSpace());
  assert.equal((await send(buffer, 4)).kind, "failed");
  assert.equal(state(), "failed");
  disk.heal();
  const held = Promise.withResolvers<void>();
  disk.beforeSync = () => held.promise;
  const underWay = send(buffer, 4);
  await settled();
  const closing = buffer.close();
  assert.equal(state(), "draining");
  assert.deepEqual(await send(buffer, 5), { kind: "failed", reason: "the buffer is closed" });
  held.resolve();
  assert.deepEqual(await underWay, { kind: "stored" });
  assert.equal(state(), "draining", "what is stored while it drains does not reopen it");
  await closing;
  assert.equal(state(), "closed");
  assert.equal((await send(buffer, 6)).kind, "failed");
  assert.equal(state(), "closed");
  const { buffer: again } = await openBuffer(disk, options);
  assert.deepEqual(await drain(again, disk), [3, 4]);
});

Deno.test("An acknowledgement: cursor written, synced, renamed, folder synced, and only then segments go", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { segmentSize: 100 });
  await append(buffer, [1, 2, 3]);
  const batch = await buffer.lease(NO_LIMITS);
  const from = disk.trace.length;
  await buffer.acknowledge(batch!);
  const [cursor, temporary] = [`${DIRECTORY}/cursor-lake`, `${DIRECTORY}/cursor-lake.tmp`];
  assert.deepEqual(
    disk.trace.slice(from).map(({ operation, path }) => `${operation} ${path}`),
    [
      ...["remove", "create", "append", "syncData", "rename"].map((one) => `${one} ${temporary}`),
      `syncDirectory ${DIRECTORY}`,
      `remove ${segmentPath(1)}`,
      `remove ${segmentPath(2)}`,
    ],
  );
  assert.equal(disk.durableBytes(cursor), 60);
});

Deno.test("Appends beyond 64 MiB that wait for a slow disk are busy, and the others are stored", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  const held = Promise.withResolvers<void>();
  disk.beforeSync = () => held.promise;
  const large = new Uint8Array(WAITING_BYTES_MAX / 4);
  const outcomes = Array.from({ length: 5 }, () => buffer.append([large]));
  await settled();
  const busy = await outcomes[4]!;
  assert.match(JSON.stringify(busy), /"busy","reason":"\d+ bytes wait for the disk already"/);
  held.resolve();
  const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["stored", "stored", "stored", "busy", "busy"]);
  assert.deepEqual([buffer.status.last, buffer.status.state], [3, { kind: "ready" }]);
});
