import assert from "node:assert/strict";
import { append, drain, event, idsOf, segmentPath, segmentsOf } from "../support/buffer_steps.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";

/* Disks that cannot read what they hold (EIO): that may pass, so it counts as damage only late. */

const COUNT = 200;
const ALL = Array.from({ length: COUNT }, (_, at) => at + 1);
const BLOCK = 4096;
/** The events any of whose bytes stand in the second block of a segment that begins with 1. */
const IN_BLOCK = ALL.filter((id) => 44 + 74 * id > BLOCK && 44 + 74 * (id - 1) < 2 * BLOCK);
const REST = ALL.filter((id) => !IN_BLOCK.includes(id));

/** A disk with a sealed segment of 200 events, of which the second block cannot be read. */
async function setUp() {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, { segmentSize: 44 + COUNT * 74 });
  await append(buffer, ALL);
  await append(buffer, [COUNT + 1]);
  disk.makeUnreadable(segmentPath(1), BLOCK);
  return { disk, buffer, log };
}

Deno.test("A block that cannot be read: five leases throw, then it costs its events and no others", async () => {
  const { disk, buffer, log } = await setUp();
  for (let time = 0; time < 5; time++) {
    await assert.rejects(buffer.lease(NO_LIMITS), /os error 5/);
    assert.deepEqual([segmentsOf(disk, "corrupt"), log.lines], [[], []]);
  }
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual([batch?.first, batch?.last], [1, COUNT + 1]);
  assert.deepEqual(idsOf(disk, batch!), [...REST, COUNT + 1]);
  assert.equal(buffer.status.corruptEvents, IN_BLOCK.length);
  assert.match(
    log.lines.join("\n"),
    new RegExp(`events ${IN_BLOCK[0]} to ${IN_BLOCK.at(-1)} are lost; what is readable`),
  );
  assert.deepEqual(await buffer.lease(NO_LIMITS), batch, "also when it is leased again");
  await buffer.acknowledge(batch!);
  assert.deepEqual(segmentsOf(disk, "corrupt"), [1]);
});

Deno.test("A block that can be read again in time costs nothing", async () => {
  for (let failures = 1; failures <= 5; failures++) {
    const { disk, buffer, log } = await setUp();
    for (let time = 0; time < failures; time++) await assert.rejects(buffer.lease(NO_LIMITS));
    disk.heal();
    assert.deepEqual(await drain(buffer, disk), [...ALL, COUNT + 1]);
    assert.deepEqual([log.lines, buffer.status.corrupt, segmentsOf(disk, "corrupt")], [[], 0, []]);
  }
});

Deno.test("Failures are counted for each batch: an acknowledgement begins anew", async () => {
  const { disk, buffer } = await setUp();
  const first = { events: 3, bytes: Infinity };
  disk.makeUnreadable(segmentPath(1), 0);
  for (let time = 0; time < 5; time++) await assert.rejects(buffer.lease(first));
  disk.heal();
  await buffer.acknowledge((await buffer.lease(first))!);
  disk.makeUnreadable(segmentPath(1), BLOCK);
  for (let time = 0; time < 5; time++) await assert.rejects(buffer.lease(NO_LIMITS), /os error 5/);
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual(idsOf(disk, batch!), [...REST.slice(3), COUNT + 1]);
});

Deno.test("The end of the newest segment cannot be read at the start: set aside, the rest delivered, no sequence given twice", async () => {
  const { disk, buffer } = await setUp();
  await buffer.close();
  disk.heal();
  const newest = segmentPath(COUNT + 1);
  const { buffer: longer } = await openBuffer(disk);
  await append(longer, ALL.map((id) => COUNT + 1 + id));
  await longer.close();
  const path = segmentPath(COUNT + 2);
  assert.ok(disk.read(path).length > 3 * BLOCK && disk.read(newest).length < BLOCK);
  disk.makeUnreadable(path, disk.read(path).length - 1);
  const { buffer: again, log } = await openBuffer(disk);
  const kept = `${String(COUNT + 2).padStart(20, "0")}.corrupt`;
  assert.deepEqual(log.lines, [
    `ERROR Buffer - ${path}: the disk cannot read it to its end; the file is kept as ${kept}`,
  ]);
  assert.ok(again.status.last >= 2 * COUNT + 1, "above everything that can stand there");
  assert.equal((await again.append([bytesOf(event(999))])).kind, "stored");
  disk.heal(); // it was a cable
  assert.deepEqual(await drain(again, disk), [
    ...ALL,
    ...[...ALL, COUNT + 1].map((id) => COUNT + id),
    999,
  ]);
  assert.deepEqual(segmentsOf(disk, "corrupt"), [COUNT + 2]);
});

Deno.test("A cursor that cannot be read: does not start, says what can be done, and changes nothing", async () => {
  const { disk, buffer } = await setUp();
  disk.heal();
  await buffer.acknowledge((await buffer.lease({ events: 10, bytes: Infinity }))!);
  await buffer.close();
  const cursor = `${DIRECTORY}/cursor-lake`;
  disk.makeUnreadable(cursor, 0);
  const names = disk.names(DIRECTORY);
  for (let time = 0; time < 2; time++) {
    await assert.rejects(openBuffer(disk), {
      message:
        `Cannot use buffer.directory /buffer: ${cursor} cannot be read: Input/output error ` +
        "(os error 5); start again, or if it never can, delete it: what was uploaded but not yet " +
        "deleted will be uploaded again",
    });
    assert.deepEqual(disk.names(DIRECTORY), names);
  }
  const healed = disk.clone();
  healed.heal();
  assert.deepEqual(await drain((await openBuffer(healed)).buffer, healed), [
    ...ALL.slice(10),
    COUNT + 1,
  ]);
  disk.remove(cursor); // as the message says
  assert.deepEqual(await drain((await openBuffer(disk)).buffer, disk), [...ALL, COUNT + 1]);
});
