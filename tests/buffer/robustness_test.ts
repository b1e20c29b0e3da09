import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";

/*
 * What others do to the buffer's folder and when they do it: deletes that fail, files that vanish,
 * appends that come while a batch is looked for.
 */

const ONE = { events: 1, bytes: Infinity };
const CURSOR = `${DIRECTORY}/cursor-lake`;
const segmentPath = (first: number) => `${DIRECTORY}/${String(first).padStart(20, "0")}.seg`;
/** With this segment size every event of 50 bytes gets a segment of its own. */
const SEGMENT_EACH = { segmentSize: 100 };
const event = (id: number): string => `${id}:`.padEnd(50, "x");

async function append(buffer: Buffer, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    assert.deepEqual(await buffer.append([bytesOf(event(id))]), { kind: "stored" });
  }
}

const read = (disk: MemoryDisk, slices: Parameters<typeof readRecords>[1]): number[] =>
  [...readRecords(disk, slices)].map(({ payload }) => parseInt(textOf(payload)));

/** Leases and acknowledges until nothing is left; the ids in order. */
async function drain(buffer: Buffer, disk: MemoryDisk, limits = NO_LIMITS): Promise<number[]> {
  const ids: number[] = [];
  for (let batch = await buffer.lease(limits); batch; batch = await buffer.lease(limits)) {
    ids.push(...read(disk, batch.slices));
    await buffer.acknowledge(batch);
  }
  return ids;
}

const segmentsOf = (disk: MemoryDisk) =>
  disk.names(DIRECTORY).filter((name) => name.endsWith(".seg")).map((name) => parseInt(name));

Deno.test("Buffer whose segment cannot be deleted goes on, and deletes it after the next batch", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2, 3]);
  disk.failNext("remove", new Error("EIO"), ".seg");
  await buffer.acknowledge((await buffer.lease({ events: 2, bytes: Infinity }))!);
  assert.deepEqual(log.lines, [
    "WARN Buffer - /buffer: cannot tidy up what is in the lake (EIO); tried again after the next batch",
  ]);
  assert.deepEqual(segmentsOf(disk), [1, 2, 3]);
  assert.equal(buffer.status.events, 1);
  assert.deepEqual(await drain(buffer, disk), [3]);
  assert.deepEqual(segmentsOf(disk), [3], "the tail is all that is left");
});

Deno.test("Buffer delivers nothing again that it could not delete before a restart, and deletes it then", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2, 3]);
  disk.failNext("remove", new Error("EIO"), ".seg");
  await buffer.acknowledge((await buffer.lease({ events: 2, bytes: Infinity }))!);
  await buffer.close();
  const { buffer: again } = await openBuffer(disk, SEGMENT_EACH);
  assert.deepEqual(segmentsOf(disk), [3, 4]);
  assert.deepEqual(await drain(again, disk), [3]);
});

Deno.test("Buffer that cannot delete what it must evict stores nothing for it, and evicts at the next append", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { ...SEGMENT_EACH, maxSize: 300 });
  await append(buffer, [1, 2]);
  disk.failNext("remove", new Error("EIO"), ".seg");
  assert.equal((await buffer.append([new Uint8Array(80)])).kind, "failed");
  assert.equal(buffer.status.droppedEvents, 0);
  await append(buffer, [3, 4]);
  assert.equal(buffer.status.droppedEvents, 2);
  assert.deepEqual(await drain(buffer, disk), [3, 4]);
});

const OVERSIZED = { segmentSize: 150, maxSize: 1000 };
/** With its headers it takes 968 of the 1000 bytes. */
const LARGE = bytesOf("1:".padEnd(900, "x"));

Deno.test("Buffer drops a segment larger than others that fills the ring, for what comes next", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, OVERSIZED);
  assert.equal((await buffer.append([LARGE])).kind, "stored");
  await append(buffer, [2]);
  assert.equal(buffer.status.droppedEvents, 1);
  assert.match(log.lines.join("\n"), /dropped the oldest 1 events, sequences 1 to 1;/);
  assert.deepEqual(await drain(buffer, disk), [2]);
});

for (const whenFull of ["reject", "dropoldest"] as const) {
  Deno.test(`Buffer lets an acknowledged segment that fills the ring go, with whenfull ${whenFull}`, async () => {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk, { ...OVERSIZED, whenFull });
    assert.equal((await buffer.append([LARGE])).kind, "stored");
    const batch = await buffer.lease(NO_LIMITS);
    assert.equal((await buffer.append([bytesOf(event(2))])).kind, "full", "it is being shipped");
    await buffer.acknowledge(batch!);
    await append(buffer, [3]);
    assert.equal(buffer.status.droppedEvents, 0);
    assert.ok(!log.lines.some((line) => line.includes("dropped")));
    assert.deepEqual(await drain(buffer, disk), [3]);
  });
}

Deno.test("Buffer whose tail is acknowledged but not sealed makes room by it", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { ...OVERSIZED, whenFull: "reject" });
  assert.equal((await buffer.append([LARGE])).kind, "stored");
  await buffer.acknowledge((await buffer.lease(NO_LIMITS))!);
  await append(buffer, [2]);
  assert.deepEqual(segmentsOf(disk), [2]);
});

Deno.test("Buffer passes a segment over that somebody deleted, says so once, and counts its events", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2, 3]);
  const { bytes } = buffer.status;
  disk.remove(segmentPath(2));
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual([batch?.first, batch?.last, batch?.events], [1, 3, 2]);
  assert.deepEqual(read(disk, batch!.slices), [1, 3]);
  assert.deepEqual(await buffer.lease(NO_LIMITS), batch);
  assert.deepEqual(log.lines, [
    "ERROR Buffer - /buffer/00000000000000000002.seg is missing, with 1 events, sequences 2 to 2; " +
    "nothing but falco-lake may delete files in buffer.directory",
  ]);
  assert.equal(buffer.status.droppedEvents, 1);
  assert.equal(buffer.status.droppedBytes, bytes / 3);
  assert.equal(buffer.status.bytes, bytes / 3 * 2);
  await buffer.acknowledge(batch!);
  assert.equal(buffer.status.events, 0);
});

Deno.test("Buffer all of whose segments were deleted gives a batch without records, and goes on", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2, 3]);
  disk.remove(segmentPath(1));
  disk.remove(segmentPath(2));
  const batch = await buffer.lease(NO_LIMITS, 2);
  assert.deepEqual([batch?.first, batch?.last, batch?.events, batch?.slices], [1, 2, 0, []]);
  await buffer.acknowledge(batch!);
  assert.deepEqual(await drain(buffer, disk), [3]);
});

Deno.test("Buffer whose tail was deleted appends to a new file, not to one without a name", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1]);
  disk.remove(segmentPath(1));
  assert.deepEqual(await drain(buffer, disk), []);
  await append(buffer, [2]);
  assert.deepEqual(segmentsOf(disk), [2]);
  assert.deepEqual(await drain(buffer, disk), [2]);
});

Deno.test("Buffer takes a segment that cannot be opened for another reason not for a deleted one", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2]);
  disk.failNext("openForReading", new Error("Too many open files (os error 24)"), ".seg");
  await assert.rejects(buffer.lease(NO_LIMITS), /os error 24/);
  assert.equal(buffer.status.droppedEvents, 0);
  assert.deepEqual(await drain(buffer, disk), [1, 2]);
});

for (const harm of ["damaged", "missing"] as const) {
  Deno.test(`Buffer with a ${harm} cursor warns and begins at the oldest segment left, never at 1 again`, async () => {
    const disk = new MemoryDisk();
    const { buffer } = await openBuffer(disk, SEGMENT_EACH);
    await append(buffer, [1, 2, 3]);
    await buffer.acknowledge((await buffer.lease(ONE))!);
    await buffer.close();
    if (harm === "missing") disk.remove(CURSOR);
    else disk.write(CURSOR, disk.read(CURSOR).fill(0, 30, 40));
    const { buffer: again, log } = await openBuffer(disk, SEGMENT_EACH);
    assert.match(
      log.lines.join("\n"),
      new RegExp(`^WARN Buffer - /buffer/cursor-lake is ${harm}; starting from the oldest stored`),
    );
    assert.equal(again.status.logId, buffer.status.logId);
    // A batch from 1 on would get the key of an object in the lake, and replace it.
    const batch = await again.lease(NO_LIMITS);
    assert.deepEqual([batch?.first, batch?.last], [2, 3]);
    assert.deepEqual(read(disk, batch!.slices), [2, 3]);
  });
}

Deno.test("Buffer in a new folder misses no cursor", async () => {
  const { log } = await openBuffer(new MemoryDisk());
  assert.deepEqual(log.lines, []);
});

Deno.test("Buffer that looks for a batch loses none of it to appends that need room meanwhile", async () => {
  const disk = new MemoryDisk();
  const [size, segment] = [1 << 20, (1 << 20) + 100];
  const large = (id: number) => bytesOf(`${id}:`.padEnd(size, "x"));
  const { buffer, log } = await openBuffer(disk, {
    segmentSize: segment,
    maxSize: 4 * segment + 100,
  });
  for (let id = 1; id <= 4; id++) assert.equal((await buffer.append([large(id)])).kind, "stored");
  // The scan has begun when the append comes, and is not through.
  const leasing = buffer.lease(NO_LIMITS);
  assert.equal((await buffer.append([large(5)])).kind, "stored");
  const dropped = /^ERROR .*dropped the oldest 1 events, sequences ([234]) to \1;.*$/
    .exec(log.lines.join("\n"));
  assert.ok(dropped, log.lines.join("\n"));
  const left = [1, 2, 3, 4].filter((id) => id !== Number(dropped[1]));
  const batch = await leasing;
  assert.deepEqual([batch?.first, batch?.last, batch?.events], [1, 4, 3]);
  assert.deepEqual(read(disk, batch!.slices), left);
  // All of what was found is protected from here on; only 5 is not, and it is the tail.
  assert.equal((await buffer.append([large(6)])).kind, "stored");
  assert.deepEqual(read(disk, batch!.slices), left);
  await buffer.acknowledge(batch!);
  assert.deepEqual(await drain(buffer, disk), [6]);
  assert.equal(buffer.status.droppedEvents, 2);
  assert.equal(log.lines.length, 2, log.lines.join("\n"));
});

Deno.test("Buffer lets others have their turn while it looks through much", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  for (let id = 1; id <= 3; id++) await buffer.append([new Uint8Array(1 << 20)]);
  let turns = 0;
  const timer = setTimeout(() => turns++, 0);
  await buffer.lease(NO_LIMITS);
  clearTimeout(timer);
  assert.equal(turns, 1);
});

for (const operation of ["append", "syncData"] as const) {
  Deno.test(`Buffer that answered failed, since its ${operation} failed, delivers nothing of it after a crash`, async () => {
    const disk = new MemoryDisk();
    const { buffer } = await openBuffer(disk);
    await append(buffer, [1]);
    disk.failNext(operation, new Error("No space left on device (os error 28)"));
    // Two of a size: what a failing append leaves is the first, whole.
    const outcome = await buffer.append([bytesOf(event(2)), bytesOf(event(3))]);
    assert.equal(outcome.kind, "failed");
    // All that was written without a sync happens to reach the disk.
    const after = disk.crash(() => 0.9999);
    const { buffer: again } = await openBuffer(after);
    assert.deepEqual(await drain(again, after), [1]);
  });
}
