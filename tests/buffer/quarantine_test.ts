import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { encodeSegmentHeader, SEGMENT_VERSION } from "../../src/buffer/segment.ts";
import {
  append,
  drain,
  errorsOf,
  idsOf,
  recordAt,
  SEGMENT_EACH,
  segmentPath,
  segmentsOf,
  send,
  settled,
} from "../support/buffer_steps.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { unreadable } from "../support/memory_faults.ts";
import { DIRECTORY, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

/* Decay of what was stored: it costs the records it hit, is said once, and the file is kept. */

const ONE = { events: 1, bytes: Infinity };
const CORRUPT = segmentPath(1, "corrupt");

const flip = (disk: MemoryDisk, path: string, offset: number) =>
  disk.decay(path, (bytes) => bytes[offset]! ^= 1);

/** Decay in the payload of the record with this place. */
const flipRecord = (disk: MemoryDisk, path: string, place: number) =>
  flip(disk, path, recordAt(place) + 30);

const damageLine = (where: string, cost: string, path = CORRUPT) =>
  `ERROR Buffer - ${path}: damaged at ${where}: ${cost}; what is readable around it is shipped, ` +
  `and the file kept as ${path.slice(DIRECTORY.length + 1)}`;

const damageOf = ({ status }: Buffer) => [
  status.corrupt,
  status.corruptEvents,
  status.quarantined,
];

/** Three events to a segment. */
const THREE = { segmentSize: 270 };

Deno.test("Damage in a sealed segment costs its record: the rest comes in order, the file is kept and counted", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, THREE);
  await append(buffer, [1, 2, 3, 4, 5, 6, 7]);
  flipRecord(disk, segmentPath(4), 1);
  const damaged = disk.read(segmentPath(4));
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual([batch?.first, batch?.last, batch?.events], [1, 7, 6]);
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(await buffer.lease(NO_LIMITS), batch, "however often it is leased");
    assert.deepEqual(idsOf(disk, batch!), [1, 2, 3, 4, 6, 7]);
  }
  const kept = segmentPath(4, "corrupt");
  assert.deepEqual(log.lines, [
    damageLine(`bytes ${recordAt(1)} to ${recordAt(2) - 1}`, "event 5 is lost", kept),
  ]);
  assert.deepEqual(damageOf(buffer), [1, 1, 1]);
  await buffer.acknowledge(batch!);
  assert.deepEqual(segmentsOf(disk), [7]);
  assert.deepEqual(disk.read(kept), damaged);
  for (let restart = 1; restart <= 2; restart++) {
    const after = disk.crash(() => 0);
    const { buffer: again } = await openBuffer(after, THREE);
    assert.deepEqual(await drain(again, after), []);
    assert.deepEqual(after.read(kept), damaged);
    assert.deepEqual(damageOf(again), [0, 0, 1]);
  }
});

Deno.test("Many damaged stretches in a file: ten lines, the rest in one, and all are counted", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  const ids = Array.from({ length: 30 }, (_, at) => at + 1);
  await append(buffer, ids);
  const lost = ids.filter((id) => id % 2 === 0 && id < 30);
  for (const id of lost) flipRecord(disk, segmentPath(1), id - 1);
  assert.deepEqual(await drain(buffer, disk), ids.filter((id) => !lost.includes(id)));
  assert.deepEqual(damageOf(buffer), [14, 14, 1]);
  assert.equal(errorsOf(log).length, 11);
  assert.equal(
    errorsOf(log)[10],
    `ERROR Buffer - ${CORRUPT}: 4 more damaged stretches, 4 events lost; falco-lake buffer verify ` +
      "names them all",
  );
});

Deno.test("Damage in the tail: it is sealed and renamed, and what comes next is stored beside it", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1, 2, 3]);
  flipRecord(disk, segmentPath(1), 1);
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual(idsOf(disk, batch!), [1, 3]);
  await append(buffer, [4]);
  assert.deepEqual([segmentsOf(disk), segmentsOf(disk, "corrupt")], [[4], [1]]);
  await buffer.acknowledge(batch!);
  assert.deepEqual(await drain(buffer, disk), [4]);
  assert.equal(log.lines.length, 1, log.lines.join("\n"));
});

Deno.test("Damage found in the tail while a commit is under way: that is stored all the same, once", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1, 2, 3]);
  flipRecord(disk, segmentPath(1), 1);
  const held = Promise.withResolvers<void>();
  disk.beforeSync = () => {
    disk.beforeSync = () => Promise.resolve();
    return held.promise;
  };
  const sending = send(buffer, 4);
  await settled();
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual([batch?.last, idsOf(disk, batch!)], [3, [1, 3]]);
  held.resolve();
  assert.deepEqual(await sending, { kind: "stored" });
  const after = disk.crash(() => 0.9999);
  assert.deepEqual(await drain((await openBuffer(after)).buffer, after), [1, 3, 4]);
  await buffer.acknowledge(batch!);
  assert.deepEqual(await drain(buffer, disk), [4]);
});

Deno.test("Damage over a header costs no event, and one over the version is damage too", async () => {
  for (const offset of [0, 8, 20, 33, 41]) {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk, THREE);
    await append(buffer, [1, 2, 3, 4]);
    flip(disk, segmentPath(1), offset);
    assert.deepEqual(await drain(buffer, disk), [1, 2, 3, 4], `byte ${offset}`);
    assert.deepEqual(log.lines, [damageLine("bytes 0 to 43", "no event stood there")]);
    assert.deepEqual(damageOf(buffer), [1, 0, 1]);
  }
});

Deno.test("A batch that ends in damage says where that ends, not where the segment does", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1, 2, 3, 4]);
  flipRecord(disk, segmentPath(1), 1);
  const batch = await buffer.lease(NO_LIMITS, 2);
  assert.deepEqual([batch?.first, batch?.last, batch?.events], [1, 2, 1]);
  assert.deepEqual(log.lines, [
    damageLine(`bytes ${recordAt(1)} to ${recordAt(2) - 1}`, "event 2 is lost"),
  ]);
});

Deno.test("Several batches out of one damaged segment: each event once, each damage said and counted once", async () => {
  for (const sealed of [false, true]) {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk, { segmentSize: sealed ? 44 + 8 * 74 : 1 << 20 });
    await append(buffer, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    flipRecord(disk, segmentPath(1), 1);
    flipRecord(disk, segmentPath(1), 5);
    assert.deepEqual(await drain(buffer, disk, ONE), [1, 3, 4, 5, 7, 8, 9]);
    assert.deepEqual([damageOf(buffer), log.lines.length], [[2, 2, 1], 2], log.lines.join("\n"));
  }
});

/** Makes it a segment of the next version; that has another checksum as well. */
function makeUnknown(disk: MemoryDisk, path: string): void {
  disk.decay(path, (bytes) => {
    bytes[8] = SEGMENT_VERSION + 1;
    bytes[40]! ^= 1;
  });
}

Deno.test("Oldest segment of an unknown version: opens, stores, and refuses to ship past it", async () => {
  const disk = new MemoryDisk();
  const { buffer: before } = await openBuffer(disk, SEGMENT_EACH);
  await append(before, [1, 2, 3]);
  await before.close();
  makeUnknown(disk, segmentPath(1));
  const theirs = disk.read(segmentPath(1));
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [4]);
  const said =
    /0001\.seg: format version 2 is not known to this program \(it knows 1\); run the version/;
  for (let time = 0; time < 7; time++) await assert.rejects(buffer.lease(NO_LIMITS), said);
  await append(buffer, [5]);
  assert.deepEqual(disk.read(segmentPath(1)), theirs);
  disk.takeAway(segmentPath(1)); // as the message says
  assert.deepEqual(await drain(buffer, disk), [2, 3, 4, 5]);
});

Deno.test("Newest segment or cursor of an unknown version: does not start, and nothing is changed", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2]);
  await buffer.close();
  for (const name of ["00000000000000000002.seg", "cursor-lake"]) {
    const other = disk.clone();
    other.decay(`${DIRECTORY}/${name}`, (bytes) => {
      bytes[8] = 2;
      bytes[name === "cursor-lake" ? 56 : 40]! ^= 1;
    });
    const files = () =>
      other.names(DIRECTORY).map((one) => [one, other.read(`${DIRECTORY}/${one}`)]);
    const theirs = files();
    const said = new RegExp(`Cannot use buffer.directory /buffer: .*/${name}: format version 2 is`);
    for (let time = 0; time < 2; time++) await assert.rejects(openBuffer(other), said);
    assert.deepEqual(files(), theirs);
  }
});

Deno.test("A segment of another log is set aside, not shipped, said once and never deleted", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2, 3]);
  const logId = "ab".repeat(16);
  disk.decay(segmentPath(2), (bytes) => bytes.set(encodeSegmentHeader({ logId, first: 2 })));
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual(await buffer.lease(NO_LIMITS), batch);
  assert.deepEqual([batch?.last, idsOf(disk, batch!)], [3, [1, 3]]);
  await buffer.acknowledge(batch!);
  assert.deepEqual(log.lines, [
    `ERROR Buffer - ${
      segmentPath(2)
    } belongs to another log, ${logId}, and is not shipped; it is ` +
    `kept as ${segmentPath(2, "corrupt")}: falco-lake import stores its events`,
  ]);
  const { buffer: again } = await openBuffer(disk.crash(() => 0));
  assert.deepEqual([segmentsOf(disk, "corrupt"), again.status.quarantined], [[2], 1]);
});

Deno.test("A crash at any step of a damaged batch: the same range and events, and the file is kept", async () => {
  const steps = ["damaged", "leased", "put", "acknowledged"] as const;
  for (const [step, reached] of steps.entries()) {
    for (const fraction of [0, 0.3, 0.6, 0.9999]) {
      const disk = new MemoryDisk();
      const { buffer } = await openBuffer(disk, THREE);
      await append(buffer, [1, 2, 3, 4, 5, 6, 7]);
      flipRecord(disk, segmentPath(1), 1);
      const limits = { events: 4, bytes: Infinity };
      const batch = step >= 1 ? await buffer.lease(limits) : undefined;
      const shipped = step >= 2 ? idsOf(disk, batch!) : [];
      if (step >= 3) await buffer.acknowledge(batch!);
      const after = disk.crash(() => fraction);
      const { buffer: again } = await openBuffer(after, THREE);
      const next = await again.lease(limits);
      const expected = step === 3 ? [6, 7] : [1, 3, 4, 5];
      assert.deepEqual(idsOf(after, next!), expected, `${reached}, ${fraction}`);
      if (step === 1 || step === 2) assert.deepEqual([next?.first, next?.last], [1, 5]);
      if (step === 2) assert.deepEqual(idsOf(after, next!), shipped);
      await again.acknowledge(next!);
      await drain(again, after);
      assert.deepEqual(segmentsOf(after, "corrupt"), [1], `${reached}, ${fraction}`);
    }
  }
});

Deno.test("A crash at any step of the lease that finds damage: the next one finds the same", async () => {
  for (const operation of ["rename", "syncDirectory", "create", "append", "syncData"] as const) {
    for (const fraction of [0, 0.3, 0.6, 0.9999]) {
      const disk = new MemoryDisk();
      const { buffer } = await openBuffer(disk, THREE);
      await append(buffer, [1, 2, 3, 4]);
      flipRecord(disk, segmentPath(1), 1);
      disk.failNext(operation, unreadable());
      await assert.rejects(buffer.lease(NO_LIMITS), /os error 5/);
      const after = disk.crash(() => fraction);
      const { buffer: again } = await openBuffer(after, THREE);
      assert.deepEqual(await drain(again, after), [1, 3, 4]);
      assert.deepEqual(segmentsOf(after, "corrupt"), [1]);
      assert.deepEqual(await drain(buffer, disk), [1, 3, 4]);
      assert.deepEqual(damageOf(buffer), [1, 1, 1]);
    }
  }
});

Deno.test("Damage found in a batch that was begun: no crash of its acknowledgement deletes the file", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const disk = new MemoryDisk();
    const { buffer } = await openBuffer(disk, THREE);
    await append(buffer, [1, 2, 3, 4]);
    await buffer.lease({ events: 3, bytes: Infinity });
    flipRecord(disk, segmentPath(1), 1);
    const batch = await buffer.lease(NO_LIMITS);
    disk.failNext("syncDirectory", unreadable());
    await assert.rejects(buffer.acknowledge(batch!), /os error 5/);
    const after = disk.crash(seeded(seed));
    await openBuffer(after, THREE);
    assert.deepEqual(segmentsOf(after, "corrupt"), [1], `seed ${seed}`);
  }
});
