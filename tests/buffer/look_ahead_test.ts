import assert from "node:assert/strict";
import type { Batch } from "../../src/buffer/buffer.ts";
import { decodeCursor, encodeCursor } from "../../src/buffer/cursor.ts";
import {
  append,
  drain,
  errorsOf,
  idsOf,
  SEGMENT_EACH,
  segmentsOf,
  send,
} from "../support/buffer_steps.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";

/* The batch behind the leased one, for whoever prepares it while that is under way. */

const TWO = { events: 2, bytes: Infinity };
const rangeOf = ({ first, last, events }: Batch) => [first, last, events];

async function setup(ids: readonly number[], options: Parameters<typeof openBuffer>[1] = {}) {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk, { ...SEGMENT_EACH, ...options });
  await append(buffer, ids);
  const leased = (await buffer.lease(TWO))!;
  return { disk, buffer, log, leased };
}

Deno.test("Behind the leased batch comes the next one, with the limits and the end that are asked for", async () => {
  const { disk, buffer, leased } = await setup([1, 2, 3, 4, 5, 6]);
  const next = (await buffer.lookAhead(leased, TWO))!;
  assert.deepEqual([rangeOf(next), idsOf(disk, next)], [[3, 4, 2], [3, 4]]);
  assert.deepEqual(rangeOf((await buffer.lookAhead(leased, NO_LIMITS, 5))!), [3, 5, 3]);
  assert.equal(await buffer.lookAhead(leased, TWO, 2), undefined);
  assert.deepEqual(rangeOf((await buffer.lease(TWO))!), [1, 2, 2], "which stays leased");
});

Deno.test("Where nothing is behind the leased batch there is no next one", async () => {
  const { buffer, leased } = await setup([1, 2]);
  assert.equal(await buffer.lookAhead(leased, TWO), undefined);
});

Deno.test("The next batch is leased as the last one is acknowledged, in one commit of the cursor", async () => {
  const { disk, buffer, leased } = await setup([1, 2, 3, 4, 5]);
  const next = (await buffer.lookAhead(leased, TWO))!;
  let commits = 0;
  disk.wrote = (path) => {
    if (path.includes("cursor-lake")) commits++;
  };
  assert.equal(await buffer.acknowledge(leased, next), true);
  assert.equal(commits, 1);
  assert.deepEqual([buffer.status.acknowledged, buffer.status.begun], [2, true]);
  assert.deepEqual(rangeOf((await buffer.lease(NO_LIMITS))!), [3, 4, 2], "its range is settled");
  const { buffer: later } = await openBuffer(disk.crash(() => 0));
  assert.deepEqual(rangeOf((await later.lease(NO_LIMITS))!), [3, 4, 2], "for the next run, too");
});

Deno.test("Neither batch is dropped while the ring is full, before and after one is acknowledged", async () => {
  // Ten segments of 118 bytes; two batches of two are four of them.
  const { disk, buffer, leased } = await setup([1, 2, 3, 4, 5, 6, 7, 8, 9], { maxSize: 1180 });
  const looking = buffer.lookAhead(leased, TWO);
  for (let id = 10; id <= 15; id++) await send(buffer, id);
  const next = (await looking)!;
  for (let id = 16; id <= 20; id++) await send(buffer, id);
  assert.deepEqual(idsOf(disk, leased), [1, 2]);
  assert.deepEqual(idsOf(disk, next), [3, 4]);
  await buffer.acknowledge(leased, next);
  for (let id = 21; id <= 40; id++) await send(buffer, id);
  assert.deepEqual(idsOf(disk, next), [3, 4]);
  assert.ok(buffer.status.droppedEvents > 10, "others were");
  await buffer.acknowledge(next);
  for (let id = 41; id <= 60; id++) await send(buffer, id);
  assert.ok(segmentsOf(disk)[0]! > 40, "what is acknowledged holds nothing back");
});

Deno.test("A next batch that is not wanted any more is dropped like any other", async () => {
  // A ring of four segments, of which two batches of two take all.
  for (const forgets of [false, true]) {
    const { disk, buffer, leased } = await setup([1, 2, 3, 4], { maxSize: 472 });
    await buffer.lookAhead(leased, TWO);
    if (forgets) buffer.forgetAhead(leased);
    const outcomes: string[] = [];
    for (let id = 5; id <= 9; id++) outcomes.push((await send(buffer, id)).kind);
    assert.deepEqual(new Set(outcomes), new Set([forgets ? "stored" : "full"]));
    assert.deepEqual(idsOf(disk, leased), [1, 2], "the leased one stays");
  }
});

Deno.test("A next batch that is not on the disk yet, and cannot be put there, is not leased", async () => {
  const { disk, buffer, leased, log } = await setup([1, 2], { sync: "never" });
  await append(buffer, [3, 4]);
  const next = (await buffer.lookAhead(leased, TWO))!;
  disk.fail("syncData", new Error("Input/output error (os error 5)"), ".seg");
  assert.equal(await buffer.acknowledge(leased, next), false);
  assert.deepEqual([buffer.status.acknowledged, buffer.status.begun], [2, false]);
  assert.ok(errorsOf(log).some((line) => line.includes("a sync failed")));
  disk.heal();
  assert.deepEqual(await drain(buffer, disk), [3, 4]);
});

Deno.test("A next batch of events that were not synced is synced before it is leased", async () => {
  const { disk, buffer, leased } = await setup([1, 2], { sync: "never" });
  await append(buffer, [3, 4]);
  const next = (await buffer.lookAhead(leased, TWO))!;
  assert.equal(await buffer.acknowledge(leased, next), true);
  const { buffer: later } = await openBuffer(disk.crash(() => 0));
  const again = (await later.lease(NO_LIMITS))!;
  assert.deepEqual(rangeOf(again), [3, 4, 2]);
});

Deno.test("One looks only behind the batch that is leased", async () => {
  const { buffer, leased } = await setup([1, 2, 3]);
  await buffer.acknowledge(leased);
  await assert.rejects(
    buffer.lookAhead(leased, TWO),
    /^Error: Batch 1-2 is not the one that is leased \(none\)$/,
  );
});

Deno.test("What comes while the next batch is looked for drops nothing that was found", async () => {
  // So large that others have their turn in the middle of the look.
  const MIB = 1 << 20;
  const large = (id: number) => bytesOf(`${id}:`.padEnd(MIB + 1, "x"));
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { segmentSize: MIB, maxSize: 7.5 * MIB });
  for (let id = 1; id <= 7; id++) await buffer.append([large(id)]);
  const leased = (await buffer.lease({ events: 1, bytes: Infinity }))!;
  const looking = buffer.lookAhead(leased, { events: 4, bytes: Infinity });
  const during: Promise<unknown>[] = [];
  for (let id = 8; id <= 9; id++) during.push(buffer.append([large(id)]));
  const next = (await looking)!;
  await Promise.all(during);
  assert.deepEqual(idsOf(disk, leased), [1]);
  // The look had not come to those that were dropped.
  assert.deepEqual(idsOf(disk, next), [2, 3, 6, 7]);
  assert.equal(buffer.status.droppedEvents, 2);
});

Deno.test("A batch's destination is kept with it over crashes, until it is sent elsewhere", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, SEGMENT_EACH);
  await append(buffer, [1, 2, 3, 4]);
  const leased = (await buffer.lease(TWO, Infinity, "s3://bücket/a"))!;
  assert.equal(leased.destination, "s3://bücket/a");
  const again = await openBuffer(disk.crash(() => 0));
  assert.equal((await again.buffer.lease(TWO, Infinity, "b"))!.destination, "s3://bücket/a");

  const redirected = await buffer.redirect(leased, "b");
  assert.deepEqual(redirected, { ...leased, destination: "b" });
  const next = (await buffer.lookAhead(leased, TWO))!;
  const later = await openBuffer(disk.crash(() => 0));
  assert.equal((await later.buffer.lease(TWO))!.destination, "b");

  await buffer.acknowledge(redirected, next, "c");
  const last = await openBuffer(disk.crash(() => 0));
  const found = (await last.buffer.lease(TWO))!;
  assert.deepEqual([...rangeOf(found), found.destination], [3, 4, 2, "c"]);
});

Deno.test("A cursor whose destination is damaged is damaged", () => {
  const intent = { first: 3, last: 4, destination: "s3://bucket/prefix" };
  const bytes = encodeCursor({ logId: "0".repeat(32), acknowledged: 2, intent });
  assert.deepEqual(decodeCursor(bytes), {
    kind: "cursor",
    cursor: { logId: "0".repeat(32), acknowledged: 2, intent },
  });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    assert.notEqual(decodeCursor(flipped).kind, "cursor", `bit ${bit}`);
  }
  for (let length = 0; length < bytes.length; length++) {
    assert.notEqual(decodeCursor(bytes.slice(0, length)).kind, "cursor", `${length} bytes`);
  }
});
