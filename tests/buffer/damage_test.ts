import assert from "node:assert/strict";
import { readRecords } from "../../src/buffer/reader.ts";
import { RECORD_HEADER_BYTES } from "../../src/buffer/record.ts";
import { SEGMENT_HEADER_BYTES } from "../../src/buffer/segment.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";

const SEGMENT = `${DIRECTORY}/00000000000000000001.seg`;
const TEXTS = ["first", "second!", "", "the fourth record"];

/** A buffer with one segment of four records, cleanly closed; and where each record ends. */
async function written(): Promise<{ disk: MemoryDisk; ends: number[] }> {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  for (const text of TEXTS) await buffer.append([bytesOf(text)]);
  await buffer.close();
  const ends: number[] = [];
  for (const text of TEXTS) {
    ends.push((ends.at(-1) ?? SEGMENT_HEADER_BYTES) + RECORD_HEADER_BYTES + text.length);
  }
  assert.equal(disk.read(SEGMENT).length, ends.at(-1));
  return { disk, ends };
}

async function readAll(disk: MemoryDisk): Promise<{ texts: string[]; damage: number[] }> {
  const { buffer } = await openBuffer(disk);
  const damage: number[] = [];
  const batch = await buffer.lease(NO_LIMITS);
  const records = readRecords(disk, batch?.slices ?? [], (_path, offset) => damage.push(offset));
  const texts = [...records].map(({ payload }) => textOf(payload));
  // It must also go on working.
  assert.deepEqual(await buffer.append([bytesOf("afterwards")]), { kind: "stored" });
  await buffer.close();
  return { texts, damage };
}

Deno.test("Recovery of a tail cut at any byte keeps every whole record and invents none", async () => {
  const { disk, ends } = await written();
  const whole = disk.read(SEGMENT);
  for (let length = 0; length <= whole.length; length++) {
    const torn = disk.clone();
    torn.write(SEGMENT, whole.slice(0, length));
    const { texts, damage } = await readAll(torn);
    assert.deepEqual(
      texts,
      TEXTS.slice(0, ends.filter((end) => end <= length).length),
      `${length}`,
    );
    assert.deepEqual(damage, []);
  }
});

Deno.test("Recovery of a tail with garbage behind it keeps every record and cuts the garbage off", async () => {
  const { disk } = await written();
  const whole = disk.read(SEGMENT);
  for (const garbage of [new Uint8Array(500), new Uint8Array(500).fill(0xff)]) {
    const torn = disk.clone();
    const longer = new Uint8Array(whole.length + garbage.length);
    longer.set(whole);
    longer.set(garbage, whole.length);
    torn.write(SEGMENT, longer);
    assert.deepEqual((await readAll(torn)).texts, TEXTS);
    assert.equal(torn.read(SEGMENT).length, whole.length);
  }
});

Deno.test("Any flipped bit in a segment costs at most the record it hits, and invents none", async () => {
  const { disk, ends } = await written();
  // A further segment follows, so that this one is sealed and no longer a torn tail.
  const { buffer } = await openBuffer(disk);
  await buffer.append([bytesOf("in the next segment")]);
  await buffer.close();
  const whole = disk.read(SEGMENT);
  for (let bit = SEGMENT_HEADER_BYTES * 8; bit < whole.length * 8; bit++) {
    const flipped = disk.clone();
    const bytes = whole.slice();
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    flipped.write(SEGMENT, bytes);
    const hit = ends.findIndex((end) => bit >> 3 < end);
    const { texts, damage } = await readAll(flipped);
    assert.deepEqual(
      texts,
      [...TEXTS.filter((_, at) => at !== hit), "in the next segment"],
      `bit ${bit}`,
    );
    assert.deepEqual(damage, [ends[hit - 1] ?? SEGMENT_HEADER_BYTES]);
  }
});

Deno.test("A flipped bit in a tail never costs a record before or behind it", async () => {
  const { disk, ends } = await written();
  const whole = disk.read(SEGMENT);
  for (let bit = SEGMENT_HEADER_BYTES * 8; bit < whole.length * 8; bit++) {
    const flipped = disk.clone();
    const bytes = whole.slice();
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    flipped.write(SEGMENT, bytes);
    const hit = ends.findIndex((end) => bit >> 3 < end);
    assert.deepEqual((await readAll(flipped)).texts, TEXTS.filter((_, at) => at !== hit));
  }
});

Deno.test("A segment that was truncated behind our back costs only what was cut off", async () => {
  const { disk, ends } = await written();
  const { buffer } = await openBuffer(disk);
  await buffer.append([bytesOf("in the next segment")]);
  const batch = await buffer.lease(NO_LIMITS);
  disk.write(SEGMENT, disk.read(SEGMENT).slice(0, ends[1]));
  const damage: number[] = [];
  const records = readRecords(disk, batch!.slices, (_path, offset) => damage.push(offset));
  const texts = [...records].map(({ payload }) => textOf(payload));
  assert.deepEqual(texts, ["first", "second!", "in the next segment"]);
  assert.deepEqual(damage, [ends[1]]);
});
