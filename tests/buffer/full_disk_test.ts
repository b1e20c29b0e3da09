import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";

const KIB = 1024;
/** Three events make a segment. */
const OPTIONS = { segmentSize: 32 * KIB };
const RESERVE = `${DIRECTORY}/reserve`;

const event = (id: number): string => `${id}:`.padEnd(10 * KIB, "x");

function smallDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.capacity = 300 * KIB;
  return disk;
}

const append = async (buffer: Buffer, id: number) =>
  (await buffer.append([bytesOf(event(id))])).kind;

/** The ids of a batch's events. */
async function shipNext(buffer: Buffer, disk: MemoryDisk, limits = NO_LIMITS): Promise<number[]> {
  const batch = await buffer.lease(limits);
  if (!batch) return [];
  const ids = [...readRecords(disk, batch.slices)].map(({ payload }) => parseInt(textOf(payload)));
  await buffer.acknowledge(batch);
  return ids;
}

const segmentsOf = (disk: MemoryDisk) =>
  disk.names(DIRECTORY).filter((name) => name.endsWith(".seg"));

Deno.test("Buffer on a full disk refuses appends, ships all the same, and so makes room again", async () => {
  const disk = smallDisk();
  const { buffer, log } = await openBuffer(disk, OPTIONS);
  for (let id = 1; id <= 7; id++) assert.equal(await append(buffer, id), "stored");
  disk.fill(); // not a byte is left, so not even a cursor fits
  assert.equal(await append(buffer, 8), "failed");
  assert.equal(await append(buffer, 9), "failed");
  assert.equal(log.lines.length, 1, "said once per cause");
  assert.match(log.lines[0]!, /^ERROR Buffer - cannot store events.*os error 28/);

  assert.deepEqual(await shipNext(buffer, disk), [1, 2, 3, 4, 5, 6, 7]);
  // The file that append 8 could not begin is replaced by the next append.
  assert.deepEqual(segmentsOf(disk), ["00000000000000000008.seg"], "what is in the lake is gone");
  assert.equal(await append(buffer, 10), "stored");
  assert.deepEqual(log.lines.slice(1), ["INFO Buffer - stores events again"]);
  assert.deepEqual(await shipNext(buffer, disk), [10]);
  assert.equal(buffer.status.droppedEvents, 0);
});

Deno.test("Buffer on a full disk makes its reserve again from the space of the first batch that has gone", async () => {
  const disk = smallDisk();
  const { buffer } = await openBuffer(disk, OPTIONS);
  for (let id = 1; id <= 27; id++) await append(buffer, id);
  const whole = disk.read(RESERVE).length;
  // Twice, since a reserve that is made only once is there only once.
  for (let round = 0; round < 2; round++) {
    disk.fill();
    const limits = { events: 9, bytes: Infinity };
    assert.equal((await shipNext(buffer, disk, limits)).length, 9, `round ${round}`);
    assert.equal(disk.read(RESERVE).length, whole, `round ${round}`);
  }
});

Deno.test("Buffer whose disk is full all but for a part of the reserve does without it until there is room", async () => {
  const disk = smallDisk();
  const { buffer: before } = await openBuffer(disk, OPTIONS);
  await append(before, 1);
  await before.close();
  disk.remove(RESERVE);
  disk.fill(KIB);
  const { buffer } = await openBuffer(disk, OPTIONS);
  assert.ok(!disk.names(DIRECTORY).includes("reserve"), "no half a reserve");
  assert.deepEqual(await shipNext(buffer, disk), [1]);
  disk.fill(100 * KIB);
  await append(buffer, 2);
  assert.deepEqual(await shipNext(buffer, disk), [2]);
  assert.ok(disk.names(DIRECTORY).includes("reserve"));
});

Deno.test("Buffer opens on a full disk, says so, and ships what it holds", async () => {
  const disk = smallDisk();
  const { buffer: before } = await openBuffer(disk, OPTIONS);
  for (let id = 1; id <= 4; id++) await append(before, id);
  await before.close();
  disk.fill();
  const { buffer, log } = await openBuffer(disk, OPTIONS);
  assert.match(log.lines.at(-1)!, /^ERROR Buffer - cannot store events.*os error 28/);
  assert.match(JSON.stringify(buffer.status.state), /"failed".*os error 28/);
  assert.equal(await append(buffer, 5), "failed");
  assert.deepEqual(await shipNext(buffer, disk), [1, 2, 3, 4]);
  assert.equal(await append(buffer, 6), "stored");
  assert.deepEqual(await shipNext(buffer, disk), [6]);
});

Deno.test("Buffer that lost its cursor opens on a full disk with the reserve of the last run", async () => {
  const disk = smallDisk();
  const { buffer: before } = await openBuffer(disk, OPTIONS);
  for (let id = 1; id <= 4; id++) await append(before, id);
  await before.close();
  disk.remove(`${DIRECTORY}/cursor-lake`);
  disk.fill();
  const { buffer } = await openBuffer(disk, OPTIONS);
  assert.deepEqual(await shipNext(buffer, disk), [1, 2, 3, 4]);
});

Deno.test("Buffer opens on a disk that fails otherwise only when it can write", async () => {
  const disk = new MemoryDisk();
  disk.failNext("create", new Error("Read-only file system (os error 30)"), ".seg");
  await assert.rejects(openBuffer(disk), /\/buffer.*Read-only/);
});

Deno.test("Buffer on a full disk leaves the reserve's space to the cursor while events keep coming", async () => {
  const disk = new MemoryDisk();
  disk.capacity = 300 * 1024;
  const { buffer } = await openBuffer(disk, { segmentSize: 32 * 1024 });
  for (let id = 0; id < 7; id++) await buffer.append([new Uint8Array(10_000)]);
  disk.fill();
  const batch = await buffer.lease(NO_LIMITS); // gives the reserve up
  // The upload takes a while; what comes meanwhile must not take what the cursor needs.
  for (let size = 10_000; size >= 1; size >>= 1) {
    while ((await buffer.append([new Uint8Array(size)])).kind === "stored");
  }
  await buffer.acknowledge(batch!);
  assert.equal((await buffer.append([new Uint8Array(10_000)])).kind, "stored");
});
