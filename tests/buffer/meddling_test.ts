import assert from "node:assert/strict";
import { readRecords } from "../../src/buffer/reader.ts";
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
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";

/*
 * What people and other programs do to the buffer's folder while it is in use: each is told from a
 * failing disk, costs no more than what was taken away, and never blocks what is left.
 */

const NOON = Date.UTC(2026, 10, 21, 12);
/** Ends at byte 266 with the events 1 to 3. */
const TAIL = segmentPath(1);

Deno.test("Tail deleted: what comes next is stored, and the loss is named and counted once", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1, 2, 3]);
  await buffer.acknowledge((await buffer.lease({ events: 1, bytes: Infinity }))!);
  const { bytes } = buffer.status;
  disk.takeAway(TAIL);
  await append(buffer, [4]);
  assert.deepEqual(segmentsOf(disk), [4]);
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual([batch?.first, batch?.last, batch?.events], [2, 4, 1]);
  assert.deepEqual(await buffer.lease(NO_LIMITS), batch);
  await buffer.acknowledge(batch!);
  assert.deepEqual(log.lines, [
    "WARN Buffer - /buffer/00000000000000000001.seg was deleted by somebody else; going on in a " +
    "new segment",
    "ERROR Buffer - /buffer/00000000000000000001.seg is missing, with 2 events, sequences 1 to 3; " +
    "nothing but falco-lake may delete files in buffer.directory",
  ]);
  assert.deepEqual([buffer.status.droppedEvents, buffer.status.droppedBytes], [2, bytes]);
});

Deno.test("Tail without records deleted: nothing is lost and nothing is counted", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  disk.takeAway(TAIL);
  await append(buffer, [1]);
  assert.deepEqual(segmentsOf(disk), [1]);
  assert.deepEqual(await drain(buffer, disk), [1]);
  assert.equal(buffer.status.droppedEvents, 0);
});

/** What somebody does to a tail with the events 1 to 3, what is said, and what is left of them. */
const TAILS: readonly {
  readonly harm: string;
  readonly does: (disk: MemoryDisk) => void;
  readonly said: string;
  readonly left: readonly number[];
  readonly counted: "dropped" | "corrupt";
}[] = [
  {
    harm: "moved",
    does: (disk) => disk.rename(TAIL, `${DIRECTORY}/moved`),
    said: "was moved or replaced by somebody else",
    left: [],
    counted: "dropped",
  },
  {
    harm: "replaced by a copy of itself",
    does: (disk) => disk.write(TAIL, disk.read(TAIL)),
    said: "was deleted by somebody else",
    left: [1, 2, 3],
    counted: "dropped",
  },
  {
    harm: "replaced by something else",
    does: (disk) => disk.write(TAIL, bytesOf("something else")),
    said: "was deleted by somebody else",
    left: [],
    counted: "corrupt",
  },
  {
    harm: "truncated",
    does: (disk) => disk.cutOff(TAIL, 256),
    said: "was changed by somebody else: it has 330 bytes instead of 340",
    left: [1, 2],
    counted: "corrupt",
  },
  {
    harm: "appended to",
    does: (disk) => disk.openForWriting(TAIL).append(new Uint8Array(1000).fill(1)),
    said: "was changed by somebody else: it has 1340 bytes instead of 340",
    left: [1, 2, 3],
    counted: "dropped",
  },
];

for (const { harm, does, said, left, counted } of TAILS) {
  Deno.test(`Tail ${harm}: what comes next is stored, and only what is gone is counted as lost`, async () => {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk);
    await append(buffer, [1, 2, 3]);
    does(disk);
    await append(buffer, [4]);
    assert.equal(log.lines[0], `WARN Buffer - ${TAIL} ${said}; going on in a new segment`);
    const sizes = disk.list(DIRECTORY).filter(({ name }) => TAIL.endsWith(name));
    assert.ok(sizes.every(({ size }) => size <= 266), "no more than what was committed is left");
    assert.deepEqual(await drain(buffer, disk), [...left, 4]);
    const { droppedEvents, corruptEvents, quarantined } = buffer.status;
    const lost = 3 - left.length;
    const expected = counted === "dropped" ? [lost, 0, 0] : [0, lost, 1];
    assert.deepEqual([droppedEvents, corruptEvents, quarantined], expected);
  });
}

const AWAY = "somebody has moved it, or its file system is not mounted: put it back, or restart " +
  "falco-lake to begin anew";

for (const inItsPlace of ["nothing", "an empty folder"] as const) {
  Deno.test(`Folder moved away with ${inItsPlace} in its place: refused until it is back, and nothing forgotten`, async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock(NOON);
    const { buffer, log } = await openBuffer(disk, {}, clock);
    await append(buffer, [1, 2]);
    const batch = await buffer.lease({ events: 1, bytes: Infinity });
    disk.moveAway(DIRECTORY);
    if (inItsPlace === "an empty folder") await disk.makeDirectory(DIRECTORY);
    const from = disk.trace.length;

    assert.deepEqual(await send(buffer, 3), { kind: "failed", reason: `${DIRECTORY}: ${AWAY}` });
    assert.equal((await send(buffer, 4)).kind, "failed");
    await clock.advance(5000, settled);
    assert.equal(buffer.status.state.kind, "failed");
    for (let time = 0; time < 2; time++) {
      await assert.rejects(buffer.lease(NO_LIMITS), { message: AWAY });
      await assert.rejects(buffer.acknowledge(batch!), { message: AWAY });
    }
    assert.deepEqual(disk.names(DIRECTORY), []);
    const made = disk.trace.slice(from).filter(({ operation }) => operation === "create");
    assert.deepEqual(made, [], "an unmounted volume gets no files");
    assert.deepEqual(errorsOf(log), [
      `ERROR Buffer - cannot store events, answering 503 until it works again: ${DIRECTORY}: ` +
      AWAY,
    ]);

    disk.putBack(DIRECTORY);
    await clock.advance(1000, settled);
    assert.deepEqual(buffer.status.state, { kind: "ready" });
    assert.equal(log.lines.at(-1), "INFO Buffer - stores events again");
    assert.deepEqual(await buffer.lease(NO_LIMITS), batch);
    await append(buffer, [5]);
    assert.deepEqual(await drain(buffer, disk), [1, 2, 5]);
    assert.deepEqual([buffer.status.droppedEvents, buffer.status.corruptEvents], [0, 0]);
  });
}

Deno.test("Folder deleted: it is made again with the same log id, and what it held is counted", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, { segmentSize: 200 });
  await append(buffer, [1, 2, 3, 4, 5]);
  const batch = await buffer.lease({ events: 3, bytes: Infinity });
  disk.takeFolderAway(DIRECTORY);
  await append(buffer, [6, 7]);
  assert.deepEqual(disk.names(DIRECTORY), [
    "00000000000000000006.seg",
    "cursor-lake",
    "lock",
    "reserve",
  ]);
  const { logId, last, droppedEvents } = buffer.status;
  assert.deepEqual([last, droppedEvents], [7, 5]);
  assert.deepEqual(
    log.lines.map((line) => /sequences \d+ to \d+|it is there again/.exec(line)?.[0]),
    [
      "sequences 1 to 2",
      "sequences 3 to 4",
      "sequences 5 to 5",
      "it is there again",
    ],
  );

  const after = disk.crash(() => 0);
  const { buffer: again } = await openBuffer(after);
  assert.equal(again.status.logId, logId);
  const repeated = await again.lease(NO_LIMITS);
  assert.deepEqual([repeated?.first, repeated?.last], [batch?.first, batch?.last]);
  assert.deepEqual(await drain(again, after), [6, 7]);
  assert.deepEqual(await drain(buffer, disk), [6, 7]);
});

Deno.test("Folder deleted and nobody sends anything: a lease notices, and takes it again", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1]);
  disk.takeFolderAway(DIRECTORY);
  assert.deepEqual(await drain(buffer, disk), []);
  assert.deepEqual([buffer.status.droppedEvents, buffer.status.events], [1, 0]);
  assert.ok(disk.names(DIRECTORY).includes("lock"));
});

Deno.test("Clock that jumps: received times are as it says, and no age is negative", async () => {
  const disk = new MemoryDisk();
  const clock = new ManualClock(NOON);
  const { buffer } = await openBuffer(disk, {}, clock);
  const [hour, year] = [3_600_000, 31_536_000_000];
  await append(buffer, [1]);
  clock.jump(-year);
  assert.equal(buffer.oldestAge, 0);
  await append(buffer, [2]);
  clock.jump(year + hour);
  assert.equal(buffer.oldestAge, hour);
  await append(buffer, [3]);
  clock.jump(-2 * hour);
  const batch = await buffer.lease(NO_LIMITS);
  assert.equal(buffer.oldestAge, 0);
  const received = [...readRecords(disk, batch!.slices)].map(({ receivedMicroseconds }) =>
    receivedMicroseconds / 1000 - NOON
  );
  assert.deepEqual(received, [0, -year, hour]);
  await buffer.acknowledge(batch!);
  assert.equal(buffer.oldestAge, 0);
});
