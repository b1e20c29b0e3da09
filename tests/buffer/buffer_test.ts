import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import { SEGMENT_VERSION } from "../../src/buffer/segment.ts";
import type { Disk } from "../../src/platform/disk.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";

const FIRST_SEGMENT = `${DIRECTORY}/00000000000000000001.seg`;

async function appendAll(buffer: Buffer, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    assert.deepEqual(await buffer.append([bytesOf(text)]), { kind: "stored" });
  }
}

/** Leases and acknowledges until nothing is left; returns the payloads in order. */
async function drain(buffer: Buffer, disk: Disk, limits = NO_LIMITS): Promise<string[]> {
  const texts: string[] = [];
  for (let batch = await buffer.lease(limits); batch; batch = await buffer.lease(limits)) {
    for (const { payload } of readRecords(disk, batch.slices)) texts.push(textOf(payload));
    await buffer.acknowledge(batch);
  }
  return texts;
}

Deno.test("Buffer gives back what was appended, in order, once", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a", "b", "c"]);
  assert.equal(buffer.status.events, 3);
  assert.deepEqual(await drain(buffer, disk), ["a", "b", "c"]);
  assert.equal(buffer.status.events, 0);
  assert.equal(await buffer.lease(NO_LIMITS), undefined);
});

Deno.test("Buffer answers an append only after its bytes are synced", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  const held = Promise.withResolvers<void>();
  disk.beforeSync = () => held.promise;
  let answered = false;
  const append = buffer.append([bytesOf("a")]).then((outcome) => {
    answered = true;
    return outcome;
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(answered, false);
  assert.equal(await buffer.lease(NO_LIMITS), undefined, "readers see only what is committed");
  held.resolve();
  assert.deepEqual(await append, { kind: "stored" });
});

Deno.test("Buffer lets all that arrives during one sync share the next", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  const held = Promise.withResolvers<void>();
  disk.beforeSync = () => held.promise;
  const before = disk.trace.filter(({ operation }) => operation === "syncData").length;
  const first = buffer.append([bytesOf("0")]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  const rest = Array.from({ length: 100 }, (_, at) => buffer.append([bytesOf(String(at + 1))]));
  held.resolve();
  await Promise.all([first, ...rest]);
  const syncs = disk.trace.filter(({ operation }) => operation === "syncData").length - before;
  assert.equal(syncs, 2);
  assert.equal((await drain(buffer, disk)).length, 101);
});

Deno.test("Buffer keeps records over a restart and goes on counting", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a", "b"]);
  await buffer.close();
  const { buffer: again } = await openBuffer(disk);
  await appendAll(again, ["c"]);
  assert.equal(again.status.last, 3);
  assert.equal(again.status.logId, buffer.status.logId);
  assert.deepEqual(await drain(again, disk), ["a", "b", "c"]);
});

Deno.test("Buffer repeats a leased batch with the same range after a crash, whatever came since", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a", "b", "c", "d"]);
  const batch = await buffer.lease({ events: 3, bytes: Infinity });
  await appendAll(buffer, ["e"]);
  const after = disk.crash(() => 0);
  const { buffer: again } = await openBuffer(after);
  const repeated = await again.lease({ events: 1, bytes: 1 });
  assert.equal(batch?.first, 1);
  assert.equal(batch?.last, 3);
  assert.deepEqual(repeated, batch);
  assert.deepEqual(await drain(again, after), ["a", "b", "c", "d", "e"]);
});

Deno.test("Buffer cuts batches by events and by bytes, and lets one large event be a batch", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["aa", "bb", "cccccccccc", "dd", "ee", "ff"]);
  const sizes: number[] = [];
  const limits = { events: 2, bytes: 4 };
  for (let batch = await buffer.lease(limits); batch; batch = await buffer.lease(limits)) {
    sizes.push(batch.events);
    await buffer.acknowledge(batch);
  }
  assert.deepEqual(sizes, [2, 1, 2, 1]);
});

Deno.test("Buffer begins no batch beyond the sequence it is given", async () => {
  const { buffer } = await openBuffer(new MemoryDisk());
  await appendAll(buffer, ["a", "b", "c"]);
  const batch = await buffer.lease(NO_LIMITS, 2);
  assert.equal(batch?.last, 2);
  await buffer.acknowledge(batch!);
  assert.equal(await buffer.lease(NO_LIMITS, 2), undefined);
});

Deno.test("Buffer deletes segments only after the cursor that frees them is durable", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { segmentSize: 100 });
  await appendAll(buffer, ["a".repeat(50), "b".repeat(50), "c".repeat(50)]);
  assert.equal(disk.names(DIRECTORY).filter((name) => name.endsWith(".seg")).length, 3);
  const from = disk.trace.length;
  await drain(buffer, disk);
  const segments = disk.names(DIRECTORY).filter((name) => name.endsWith(".seg"));
  assert.deepEqual(segments, ["00000000000000000003.seg"], "only the tail is left");
  const steps = disk.trace.slice(from);
  const lastSync = steps.findLastIndex(({ operation }) => operation === "syncDirectory");
  const removed = steps.findIndex(({ operation, path }) =>
    operation === "remove" && path.endsWith(".seg")
  );
  assert.ok(removed > lastSync, "removed after the cursor's directory sync");
});

Deno.test("Buffer drops the oldest segments when full, never a leased one, and counts them", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, { segmentSize: 150, maxSize: 600 });
  await appendAll(buffer, ["0".repeat(100)]);
  const leased = await buffer.lease({ events: 1, bytes: 1000 });
  await appendAll(buffer, Array.from({ length: 9 }, (_, at) => String(at + 1).repeat(100)));
  assert.ok(buffer.status.bytes <= 600);
  assert.ok(buffer.status.droppedEvents > 0);
  assert.match(log.lines.find((line) => line.includes("dropped")) ?? "", /sequences 2 to 2/);
  assert.deepEqual(
    [...readRecords(disk, leased!.slices)].map(({ payload }) => textOf(payload)[0]),
    ["0"],
  );
  await buffer.acknowledge(leased!);
  const rest = await drain(buffer, disk);
  assert.equal(1 + rest.length + buffer.status.droppedEvents, 10);
  assert.equal(rest.at(-1)?.[0], "9");
});

Deno.test("Buffer with whenfull reject refuses and keeps what it has", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, {
    segmentSize: 150,
    maxSize: 400,
    whenFull: "reject",
  });
  const outcomes: string[] = [];
  for (let at = 0; at < 5; at++) {
    outcomes.push((await buffer.append([bytesOf(String(at).repeat(100))])).kind);
  }
  assert.deepEqual(outcomes, ["stored", "stored", "full", "full", "full"]);
  assert.deepEqual((await drain(buffer, disk)).map((text) => text[0]), ["0", "1"]);
  assert.equal((await buffer.append([bytesOf("again")])).kind, "stored");
  assert.deepEqual(log.lines, [
    "ERROR Buffer - answering 503 until there is room: the buffer is full, with 336 of 400 bytes, " +
    "and buffer.whenfull is reject; raise buffer.maxsize or mend the upload",
    "INFO Buffer - stores events again",
  ]);
});

for (const operation of ["append", "syncData"] as const) {
  Deno.test(`Buffer stores nothing of a commit whose ${operation} fails, and goes on in a new file`, async () => {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk);
    await appendAll(buffer, ["a"]);
    disk.failNext(operation, new Error("No space left on device (os error 28)"));
    const outcome = await buffer.append([bytesOf("lost")]);
    assert.equal(outcome.kind, "failed");
    assert.match(log.lines.at(-1) ?? "", /^ERROR Buffer - cannot store.*os error 28/);
    assert.match(JSON.stringify(buffer.status.state), /"failed".*os error 28/);
    await appendAll(buffer, ["b"]);
    assert.deepEqual(buffer.status.state, { kind: "ready" });
    assert.deepEqual(
      disk.names(DIRECTORY).filter((name) => name.endsWith(".seg")),
      ["00000000000000000001.seg", "00000000000000000002.seg"],
    );
    await buffer.close();
    const { buffer: again } = await openBuffer(disk);
    assert.deepEqual(await drain(again, disk), ["a", "b"]);
  });
}

Deno.test("Buffer keeps a batch leased when the cursor cannot be written", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a"]);
  const batch = await buffer.lease(NO_LIMITS);
  disk.failNext("rename", new Error("EIO"));
  await assert.rejects(buffer.acknowledge(batch!), /EIO/);
  assert.deepEqual(await buffer.lease(NO_LIMITS), batch);
  await buffer.acknowledge(batch!);
  assert.equal(await buffer.lease(NO_LIMITS), undefined);
});

Deno.test("Buffer refuses a folder that another process holds, and names it", async () => {
  const disk = new MemoryDisk();
  await openBuffer(disk, { owner: "pid 42" });
  await assert.rejects(
    openBuffer(disk),
    /Cannot use buffer.directory \/buffer: another falco-lake \(pid 42\) uses it/,
  );
});

Deno.test("Buffer refuses a segment of an unknown version and leaves it alone", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a"]);
  await buffer.close();
  const bytes = disk.read(FIRST_SEGMENT);
  bytes[8] = SEGMENT_VERSION + 1;
  bytes[40]! ^= 1; // another version has another checksum; with ours it would be a flipped bit
  disk.write(FIRST_SEGMENT, bytes);
  await assert.rejects(openBuffer(disk), /0001\.seg: format version 2 is not known/);
  assert.deepEqual(disk.read(FIRST_SEGMENT), bytes);
});

Deno.test("Buffer with a damaged cursor warns and delivers all that is stored again", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a", "b"]);
  await buffer.acknowledge((await buffer.lease({ events: 1, bytes: 1 }))!);
  await buffer.close();
  const cursor = disk.read(`${DIRECTORY}/cursor-lake`);
  cursor[33]! ^= 1;
  disk.write(`${DIRECTORY}/cursor-lake`, cursor);
  const { buffer: again, log } = await openBuffer(disk);
  assert.match(log.lines[0] ?? "", /^WARN Buffer - \/buffer\/cursor-lake is damaged/);
  assert.equal(again.status.logId, buffer.status.logId);
  assert.deepEqual(await drain(again, disk), ["a", "b"]);
});

Deno.test("Buffer never gives a sequence twice when the cursor is ahead of what is left", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await appendAll(buffer, ["a", "b", "c"]);
  await drain(buffer, disk);
  await buffer.close();
  for (const name of disk.names(DIRECTORY)) {
    if (name.endsWith(".seg")) disk.remove(`${DIRECTORY}/${name}`);
  }
  const { buffer: again } = await openBuffer(disk);
  await appendAll(again, ["d"]);
  assert.equal(again.status.last, 4);
  assert.deepEqual(await drain(again, disk), ["d"]);
});
