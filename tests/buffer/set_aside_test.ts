import assert from "node:assert/strict";
import type { Batch, Buffer } from "../../src/buffer/buffer.ts";
import { duePath } from "../../src/buffer/set_aside_folder.ts";
import {
  append,
  drain,
  errorsOf,
  idsOf,
  recordAt,
  segmentPath,
  segmentsOf,
} from "../support/buffer_steps.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { noSpace } from "../support/memory_faults.ts";
import { DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

/* Batches that the lake refuses: out of the way, in files of their own, and back under their keys. */

const FOLDER = `${DIRECTORY}/set-aside`;
const TWO = { events: 2, bytes: Infinity };
const ALL = [1, 2, 3, 4, 5];

async function setup(options: Parameters<typeof openBuffer>[1] = {}) {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, { segmentSize: 270, ...options });
  await append(buffer, ALL);
  return { disk, buffer, log };
}

const setAsideNext = async (buffer: Buffer, reason = "413: too large"): Promise<string> =>
  (await buffer.setAside((await buffer.lease(TWO))!, reason))!.path;

/** As `buffer retry` does. */
function retry(disk: MemoryDisk, path: string): void {
  disk.rename(path, duePath(path));
}

const rangeOf = ({ first, last, events }: Batch) => [first, last, events];

Deno.test("A batch that is set aside has a segment of its own and a reason, and the next one comes", async () => {
  const { disk, buffer } = await setup();
  const { logId } = buffer.status;
  const path = await setAsideNext(buffer);
  assert.equal(path, `${FOLDER}/${logId}-1-2.seg`);
  assert.deepEqual(disk.names(FOLDER), [`${logId}-1-2.seg`, `${logId}-1-2.txt`]);
  assert.equal(textOf(disk.read(`${FOLDER}/${logId}-1-2.txt`)), "413: too large\n");
  assert.deepEqual(rangeOf((await buffer.lease(TWO))!), [3, 4, 2]);
  assert.deepEqual(buffer.status.setAside, { batches: 1, events: 2, bytes: recordAt(2) });
  assert.equal(buffer.status.events, 3, "it waits no longer in the ring");
  assert.equal(await buffer.nextDue(), undefined, "and is not tried by itself");
});

Deno.test("The ring goes on without what was set aside: its segments are deleted", async () => {
  const { disk, buffer } = await setup();
  await setAsideNext(buffer);
  assert.deepEqual(await drain(buffer, disk), [3, 4, 5]);
  assert.deepEqual(segmentsOf(disk).length, 1);
  const path = `${FOLDER}/${buffer.status.logId}-1-2.seg`;
  retry(disk, path);
  assert.deepEqual(idsOf(disk, (await buffer.nextDue())!), [1, 2]);
});

Deno.test("What is to be tried again has its log id and range, and is gone once it is shipped", async () => {
  const { disk, buffer } = await setup();
  const path = await setAsideNext(buffer);
  await setAsideNext(buffer);
  retry(disk, path);
  const due = (await buffer.nextDue())!;
  assert.deepEqual([due.logId, ...rangeOf(due)], [buffer.status.logId, 1, 2, 2]);
  assert.deepEqual(idsOf(disk, due), [1, 2]);
  await buffer.dueShipped(due);
  assert.equal(await buffer.nextDue(), undefined);
  assert.deepEqual(disk.names(FOLDER).length, 2, "the other batch and its reason stay");
  assert.equal(buffer.status.setAside.batches, 1);
});

Deno.test("What is refused again waits for somebody again, with the new reason", async () => {
  const { disk, buffer } = await setup();
  const path = await setAsideNext(buffer);
  retry(disk, path);
  const due = (await buffer.nextDue())!;
  assert.equal(await buffer.dueRefused(due, "413: still too large"), path);
  assert.equal(await buffer.nextDue(), undefined);
  assert.equal(textOf(disk.read(path.replace(".seg", ".txt"))), "413: still too large\n");
  retry(disk, path);
  assert.deepEqual(rangeOf((await buffer.nextDue())!), [1, 2, 2]);
});

Deno.test("Another run finds what is set aside, under the log that it was of", async () => {
  const { disk, buffer } = await setup();
  const { logId } = buffer.status;
  const path = await setAsideNext(buffer);
  await buffer.close();
  disk.takeAway(`${DIRECTORY}/cursor-lake`);
  for (const first of segmentsOf(disk)) disk.takeAway(segmentPath(first));
  const { buffer: next } = await openBuffer(disk);
  assert.deepEqual(next.status.setAside, { batches: 1, events: 2, bytes: recordAt(2) });
  retry(disk, path);
  assert.equal((await next.nextDue())!.logId, logId);
});

Deno.test("Events that damage has cost stay lost in the copy, and cost no other", async () => {
  const { disk, buffer } = await setup();
  disk.decay(segmentPath(1), (bytes) => bytes[recordAt(1) + 30]! ^= 1);
  const { path } = (await buffer.setAside((await buffer.lease(NO_LIMITS))!, "no"))!;
  retry(disk, path);
  const due = (await buffer.nextDue())!;
  assert.deepEqual(rangeOf(due), [1, 5, 4]);
  assert.deepEqual(idsOf(disk, due), [1, 3, 4, 5]);
});

Deno.test("A copy that lacks a whole segment, the first, or the last event is read all the same", async () => {
  for (const lost of [[1], [5], [1, 2, 3], [4, 5], [2, 4]]) {
    const disk = new MemoryDisk();
    const { buffer } = await openBuffer(disk, { segmentSize: 100 }); // a segment each
    await append(buffer, ALL);
    for (const id of lost) {
      disk.decay(segmentPath(id), (bytes) => bytes[recordAt(0) + 30]! ^= 1);
    }
    const { path } = (await buffer.setAside((await buffer.lease(NO_LIMITS))!, "no"))!;
    retry(disk, path);
    const due = (await buffer.nextDue())!;
    assert.deepEqual(idsOf(disk, due), ALL.filter((id) => !lost.includes(id)));
    assert.deepEqual([due.first, due.last], [1, 5], "the range makes the key");
  }
});

Deno.test("All of them take a quarter of buffer.maxsize at most, a single one what it takes", async () => {
  const { buffer } = await setup({ maxSize: 600, segmentSize: 100 });
  await setAsideNext(buffer); // 2 of 118 bytes, and a quarter is 150
  const batch = (await buffer.lease(TWO))!;
  await assert.rejects(
    buffer.setAside(batch, "no"),
    /\/buffer\/set-aside has 192 bytes, and 150 are the most, a quarter of buffer\.maxsize: see falco-lake buffer ls and buffer retry/,
  );
  assert.deepEqual(await buffer.lease(TWO), batch, "it stays leased");
  buffer.configure({ maxSize: 2000, whenFull: "dropoldest" });
  await buffer.setAside(batch, "no");
});

Deno.test("A batch that cannot be copied stays leased, and nothing is left of the attempt", async () => {
  for (const operation of ["create", "append", "syncData", "rename", "makeDirectory"] as const) {
    const { disk, buffer } = await setup();
    const batch = (await buffer.lease(TWO))!;
    disk.failNext(operation, noSpace());
    await assert.rejects(buffer.setAside(batch, "no"), /os error 28/, operation);
    assert.deepEqual(await buffer.lease(TWO), batch, operation);
    assert.ok(!disk.names(FOLDER).some((name) => name.endsWith(".seg")), operation);
    await buffer.setAside(batch, "no");
    assert.equal(buffer.status.setAside.batches, 1);
  }
});

Deno.test("Power loss at any moment leaves a batch in the ring, set aside, or both, and whole", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seeded(seed);
    const { disk, buffer } = await setup();
    disk.turns = () => Math.floor(random() * 4);
    const batch = (await buffer.lease(TWO))!;
    const setting = buffer.setAside(batch, "no").catch(() => {});
    for (let turns = Math.floor(random() * 40); turns > 0; turns--) await Promise.resolve();
    const crashed = disk.crash(random);
    await setting;
    const { buffer: next } = await openBuffer(crashed);
    const found: number[] = [];
    for (const name of crashed.names(FOLDER).filter((name) => name.endsWith(".seg"))) {
      retry(crashed, `${FOLDER}/${name}`);
      const due = (await next.nextDue())!;
      assert.deepEqual(rangeOf(due), [1, 2, 2]);
      found.push(...idsOf(crashed, due));
      await next.dueShipped(due);
    }
    const again = await next.lease(TWO);
    if (again?.first === 1) assert.deepEqual(rangeOf(again), [1, 2, 2], "under the same key");
    const rest = await drain(next, crashed);
    assert.deepEqual([...new Set([...found, ...rest])].sort(), ALL, `seed ${seed}`);
  }
});

Deno.test("A file in there that cannot be used is said once, left alone, and holds up no other", async () => {
  const { disk, buffer, log } = await setup();
  const paths = [await setAsideNext(buffer), await setAsideNext(buffer)];
  disk.decay(paths[0]!, (bytes) => bytes.fill(7));
  for (const path of paths) retry(disk, path);
  disk.write(`${FOLDER}/notes.txt`, new Uint8Array(3));
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(rangeOf((await buffer.nextDue())!), [3, 4, 2]);
  }
  const said = log.lines.filter((line) => line.includes("cannot be shipped"));
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^ERROR .*-1-2\.retry cannot be shipped: .*; it stays as it is$/);
});

Deno.test("A folder that cannot be listed is said once, and stops nothing", async () => {
  const { disk, buffer, log } = await setup();
  await setAsideNext(buffer);
  disk.fail("list", new Error("Input/output error (os error 5)"), "set-aside");
  for (let time = 0; time < 3; time++) assert.equal(await buffer.nextDue(), undefined);
  assert.equal(log.lines.filter((line) => line.includes("cannot see what is set aside")).length, 1);
  assert.deepEqual(await drain(buffer, disk), [3, 4, 5]);
});

const warningsOf = ({ lines }: { readonly lines: readonly string[] }) =>
  lines.filter((line) => line.startsWith("WARN"));

Deno.test("Damage to what is set aside costs its record, is said once, and the file is kept", async () => {
  for (
    const harm of [
      (bytes: Uint8Array) => void (bytes[recordAt(0) + 30]! ^= 1),
      (bytes: Uint8Array) => void bytes.fill(0, recordAt(0), recordAt(1)),
    ]
  ) {
    const { disk, buffer, log } = await setup();
    const path = await setAsideNext(buffer);
    retry(disk, path);
    disk.decay(duePath(path), harm);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(idsOf(disk, (await buffer.nextDue())!), [2]);
    }
    assert.deepEqual(errorsOf(log).length, 1);
    assert.match(
      errorsOf(log)[0]!,
      /-1-2\.retry is damaged at bytes 44 to \d+: event 1 is lost; the rest is shipped, and the file kept as .*-1-2\.corrupt$/,
    );
    await buffer.dueShipped((await buffer.nextDue())!);
    assert.deepEqual(disk.names(FOLDER), [`${buffer.status.logId}-1-2.corrupt`]);
    assert.equal(await buffer.nextDue(), undefined);
    assert.equal(buffer.status.setAside.batches, 0);
  }
});

Deno.test("What was missing from the first is no damage", async () => {
  const { disk, buffer, log } = await setup();
  disk.decay(segmentPath(1), (bytes) => bytes[recordAt(1) + 30]! ^= 1);
  const { path } = (await buffer.setAside((await buffer.lease(NO_LIMITS))!, "no"))!;
  const before = log.lines.length;
  retry(disk, path);
  const due = (await buffer.nextDue())!;
  await buffer.dueShipped(due);
  assert.deepEqual([due.isDamaged, log.lines.length, disk.names(FOLDER)], [false, before, []]);
});

Deno.test("A batch whose file or folder somebody removes while it is on its way holds nothing up", async () => {
  for (const end of ["dueShipped", "dueRefused"] as const) {
    for (const isFolder of [true, false]) {
      const { disk, buffer, log } = await setup();
      const path = await setAsideNext(buffer);
      retry(disk, path);
      const due = (await buffer.nextDue())!;
      if (isFolder) disk.takeFolderAway(FOLDER);
      else disk.takeAway(due.path);
      if (end === "dueShipped") await buffer.dueShipped(due);
      else await buffer.dueRefused(due, "no");
      assert.equal(await buffer.nextDue(), undefined);
      const isSaid = warningsOf(log).some((line) => line.includes("somebody has removed"));
      assert.equal(isSaid, isFolder || end === "dueRefused");
    }
  }
});

Deno.test("A reason that cannot be written holds nothing up, and is said", async () => {
  const { disk, buffer, log } = await setup();
  disk.fail("append", noSpace(), ".txt");
  const path = await setAsideNext(buffer);
  retry(disk, path);
  await buffer.dueRefused((await buffer.nextDue())!, "no");
  assert.ok(disk.names(FOLDER).some((name) => name.endsWith("-1-2.seg")));
  assert.match(warningsOf(log)[0]!, /cannot write .*-1-2\.txt: No space left/);
});

Deno.test("What a crash has left of a copy is removed by the next start", async () => {
  const { disk, buffer } = await setup();
  await setAsideNext(buffer);
  disk.write(`${FOLDER}/${buffer.status.logId}-3-4.seg.tmp`, new Uint8Array(5));
  const killed = disk.kill();
  await openBuffer(killed);
  assert.ok(!killed.names(FOLDER).some((name) => name.endsWith(".tmp")));
});

Deno.test("A batch whose segment was renamed since it was leased is set aside all the same", async () => {
  const { disk, buffer } = await setup({ segmentSize: 1000 }); // all of them in one
  const leased = (await buffer.lease(TWO))!;
  disk.decay(segmentPath(1), (bytes) => bytes[recordAt(3) + 30]! ^= 1);
  await buffer.lookAhead(leased, NO_LIMITS);
  assert.deepEqual(segmentsOf(disk, "corrupt"), [1], "the damage behind it was found");
  const { path } = (await buffer.setAside(leased, "no"))!;
  retry(disk, path);
  assert.deepEqual(idsOf(disk, (await buffer.nextDue())!), [1, 2]);
});

Deno.test("Of a batch that is gone nothing is set aside, and the next one comes", async () => {
  const { disk, buffer, log } = await setup();
  const leased = (await buffer.lease(TWO))!;
  disk.remove(segmentPath(1));
  assert.equal(await buffer.setAside(leased, "no"), undefined);
  assert.deepEqual(disk.names(FOLDER), []);
  assert.match(errorsOf(log)[0]!, /is missing, with 3 events/);
  assert.equal((await buffer.lease(TWO))!.first, 3);
});
