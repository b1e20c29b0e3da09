import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import { SEGMENT_VERSION } from "../../src/buffer/segment.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";

/* Decay of what was stored: it costs the records it hit, is said once, and the file is kept. */

const segmentPath = (first: number) => `${DIRECTORY}/${String(first).padStart(20, "0")}.seg`;
/** Of 50 bytes: 74 as a record, so that with this size every event has a segment of its own. */
const event = (id: number): string => `${id}:`.padEnd(50, "x");
const SEGMENT_EACH = { segmentSize: 100 };
/** Where the record with this place in its segment starts. */
const recordAt = (place: number) => 44 + 74 * place;

async function append(buffer: Buffer, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    assert.deepEqual(await buffer.append([bytesOf(event(id))]), { kind: "stored" });
  }
}

/** Leases and acknowledges until nothing is left; the ids in order. */
async function drain(buffer: Buffer, disk: MemoryDisk, limits = NO_LIMITS): Promise<number[]> {
  const ids: number[] = [];
  for (let batch = await buffer.lease(limits); batch; batch = await buffer.lease(limits)) {
    for (const { payload } of readRecords(disk, batch.slices)) ids.push(parseInt(textOf(payload)));
    await buffer.acknowledge(batch);
  }
  return ids;
}

const flip = (disk: MemoryDisk, path: string, offset: number) =>
  disk.decay(path, (bytes) => bytes[offset]! ^= 1);

/** Makes it a segment of the next version; that has another checksum as well. */
function makeUnknown(disk: MemoryDisk, path: string): void {
  disk.decay(path, (bytes) => {
    bytes[8] = SEGMENT_VERSION + 1;
    bytes[40]! ^= 1;
  });
}

Deno.test("A batch that ends in damage says where that ends, not where the segment does", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1, 2, 3, 4]);
  flip(disk, segmentPath(1), recordAt(1) + 30);
  const batch = await buffer.lease(NO_LIMITS, 2);
  assert.deepEqual([batch?.first, batch?.last, batch?.events], [1, 2, 1]);
  assert.match(
    log.lines.join("\n"),
    new RegExp(`damaged at bytes ${recordAt(1)} to ${recordAt(2) - 1}: event 2 is lost;`),
  );
});

Deno.test("Oldest segment of an unknown version: opens, stores, and refuses to ship past it", async () => {
  const disk = new MemoryDisk();
  const { buffer: before } = await openBuffer(disk, SEGMENT_EACH);
  await append(before, [1, 2, 3]);
  await before.close();
  makeUnknown(disk, segmentPath(1));
  const theirs = disk.read(segmentPath(1));
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [4]);
  await assert.rejects(buffer.lease(NO_LIMITS), /0001\.seg: format version 2 is not known to this/);
  await append(buffer, [5]);
  assert.deepEqual(disk.read(segmentPath(1)), theirs);
  disk.takeAway(segmentPath(1)); // as the message says
  assert.deepEqual(await drain(buffer, disk), [2, 3, 4, 5]);
});
