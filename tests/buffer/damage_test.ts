import assert from "node:assert/strict";
import type { Batch, Buffer, BufferStatus } from "../../src/buffer/buffer.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import { RECORD_HEADER_BYTES } from "../../src/buffer/record.ts";
import { SEGMENT_HEADER_BYTES } from "../../src/buffer/segment.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";

const SEGMENT = `${DIRECTORY}/00000000000000000001.seg`;
const KEPT = `${DIRECTORY}/00000000000000000001.corrupt`;
const TEXTS = ["first", "second!", "", "the fourth record"];
const BEHIND = "in the next segment";

/** Where each record of `TEXTS` ends. */
const ENDS = TEXTS.reduce<number[]>((ends, text) => {
  return [...ends, (ends.at(-1) ?? SEGMENT_HEADER_BYTES) + RECORD_HEADER_BYTES + text.length];
}, []);
const LENGTH = ENDS.at(-1)!;

/** A stretch of the segment, as the log tells it. */
interface Told {
  readonly start: number;
  readonly end: number;
  /** Sequences; empty when no event stood there. */
  readonly lost: readonly number[];
}

/** What is told of a hit at an offset. */
function hitAt(offset: number): Told {
  const hit = ENDS.findIndex((end) => offset < end);
  return offset < SEGMENT_HEADER_BYTES
    ? { start: 0, end: SEGMENT_HEADER_BYTES, lost: [] }
    : { start: ENDS[hit - 1] ?? SEGMENT_HEADER_BYTES, end: ENDS[hit]!, lost: [hit + 1] };
}

const toldIn = (lines: readonly string[]): Told[] =>
  lines.flatMap((line) => {
    const told = /^ERROR .*\.corrupt: damaged at bytes (\d+) to (\d+): (.*?);/.exec(line);
    if (!told) return [];
    const [first, last = first] = (told[3]!.match(/\d+/g) ?? []).map(Number);
    const lost = first === undefined ? [] : range(first, last!);
    return [{ start: Number(told[1]), end: Number(told[2]) + 1, lost }];
  });

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

const without = (lost: readonly number[]): string[] =>
  TEXTS.filter((_, at) => !lost.includes(at + 1));

/** A buffer with one segment of four records, cleanly closed. */
async function withTail(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  for (const text of TEXTS) await buffer.append([bytesOf(text)]);
  await buffer.close();
  assert.equal(disk.read(SEGMENT).length, LENGTH);
  return disk;
}

/** The same, and one more behind it: the first is sealed, and no longer a torn tail. */
async function withSealed(): Promise<MemoryDisk> {
  const disk = await withTail();
  const { buffer } = await openBuffer(disk);
  await buffer.append([bytesOf(BEHIND)]);
  await buffer.close();
  return disk;
}

function flipped(disk: MemoryDisk, ...bits: readonly number[]): MemoryDisk {
  const copy = disk.clone();
  copy.decay(SEGMENT, (bytes) => {
    for (const bit of bits) bytes[bit >> 3]! ^= 1 << (bit & 7);
  });
  return copy;
}

const read = (disk: MemoryDisk, batch: Batch | undefined): string[] =>
  [...readRecords(disk, batch?.slices ?? [])].map(({ payload }) => textOf(payload));

interface Delivered {
  readonly texts: readonly string[];
  readonly told: readonly Told[];
  readonly lines: readonly string[];
  readonly status: BufferStatus;
}

/** Delivers all that a buffer on `disk` holds; it must also go on working. */
async function deliver(disk: MemoryDisk): Promise<Delivered> {
  const { buffer, log } = await openBuffer(disk);
  const batch = await buffer.lease(NO_LIMITS);
  const texts = read(disk, batch);
  assert.equal(batch?.events ?? 0, texts.length);
  if (batch) await buffer.acknowledge(batch);
  const { status } = buffer;
  await worksOn(disk, buffer);
  return { texts, told: toldIn(log.lines), lines: log.lines, status };
}

async function worksOn(disk: MemoryDisk, buffer: Buffer): Promise<void> {
  assert.deepEqual(await buffer.append([bytesOf("afterwards")]), { kind: "stored" });
  const batch = await buffer.lease(NO_LIMITS);
  assert.deepEqual(read(disk, batch), ["afterwards"]);
  await buffer.acknowledge(batch!);
  await buffer.close();
}

/** That exactly this damage was told and counted, and the file is kept as it was found. */
function assertQuarantined(
  disk: MemoryDisk,
  found: Uint8Array,
  { told, status }: Delivered,
  expected: readonly Told[],
  what: string,
): void {
  assert.deepEqual(told, expected, what);
  assert.deepEqual(
    [status.corrupt, status.corruptEvents, status.quarantined],
    [expected.length, expected.reduce((sum, { lost }) => sum + lost.length, 0), 1],
    what,
  );
  assert.deepEqual(disk.read(KEPT), found, what);
  assert.ok(!disk.names(DIRECTORY).includes("00000000000000000001.seg"), what);
}

Deno.test("Recovery of a tail cut at any byte keeps every whole record and invents none", async () => {
  const whole = await withTail();
  for (let length = 0; length <= LENGTH; length++) {
    const torn = whole.clone();
    torn.cutOff(SEGMENT, length);
    const { texts, told, lines, status } = await deliver(torn);
    const ends = ENDS.filter((end) => end <= length);
    assert.deepEqual(texts, TEXTS.slice(0, ends.length), `${length}`);
    assert.deepEqual([told, status.corrupt, status.quarantined], [[], 0, 0]);
    const rest = length - (ends.at(-1) ?? SEGMENT_HEADER_BYTES);
    const cut = rest > 0
      ? [`WARN Buffer - ${SEGMENT}: cut off ${rest} bytes of an unfinished write`]
      : [];
    assert.deepEqual(lines, cut, `${length}`);
  }
});

Deno.test("Recovery of a tail with garbage behind it keeps every record and cuts the garbage off", async () => {
  const whole = await withTail();
  for (const garbage of [new Uint8Array(500), new Uint8Array(500).fill(0xff)]) {
    const torn = whole.clone();
    torn.write(SEGMENT, Uint8Array.from([...whole.read(SEGMENT), ...garbage]));
    const { buffer } = await openBuffer(torn);
    assert.equal(torn.read(SEGMENT).length, LENGTH);
    assert.deepEqual(read(torn, await buffer.lease(NO_LIMITS)), TEXTS);
    await buffer.close();
  }
});

Deno.test("Any flipped bit in a segment costs at most the record it hits, which is told", async () => {
  const whole = await withSealed();
  for (let bit = 0; bit < LENGTH * 8; bit++) {
    const disk = flipped(whole, bit);
    const found = disk.read(SEGMENT);
    const delivered = await deliver(disk);
    const hit = hitAt(bit >> 3);
    assert.deepEqual(delivered.texts, [...without(hit.lost), BEHIND], `bit ${bit}`);
    assertQuarantined(disk, found, delivered, [hit], `bit ${bit}`);
  }
});

Deno.test("Any flipped bit in a tail costs at most the record it hits; at its end it is a torn write", async () => {
  const whole = await withTail();
  for (let bit = 0; bit < LENGTH * 8; bit++) {
    const disk = flipped(whole, bit);
    const found = disk.read(SEGMENT);
    const delivered = await deliver(disk);
    const hit = hitAt(bit >> 3);
    assert.deepEqual(delivered.texts, without(hit.lost), `bit ${bit}`);
    if (hit.end === LENGTH) {
      assert.deepEqual(delivered.lines, [
        `WARN Buffer - ${SEGMENT}: cut off ${hit.end - hit.start} bytes of an unfinished write`,
      ]);
      continue;
    }
    // What recovery says of it is of the file's name before, and not in the count.
    assert.match(delivered.lines[0]!, new RegExp(`^ERROR .*: damaged at bytes ${hit.start} to `));
    assertQuarantined(disk, found, delivered, [hit], `bit ${bit}`);
  }
});

Deno.test("A tail that is flipped while its buffer runs costs only the record that is hit", async () => {
  for (let byte = 0; byte < LENGTH; byte++) {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk);
    for (const text of TEXTS) await buffer.append([bytesOf(text)]);
    disk.decay(SEGMENT, (bytes) => {
      bytes[byte]! ^= 1 << (byte & 7);
    });
    const found = disk.read(SEGMENT);
    const batch = await buffer.lease(NO_LIMITS);
    const texts = read(disk, batch);
    await buffer.acknowledge(batch!);
    const { status } = buffer;
    await worksOn(disk, buffer);
    const hit = hitAt(byte);
    assert.deepEqual(texts, without(hit.lost), `byte ${byte}`);
    const delivered = { texts, told: toldIn(log.lines), lines: log.lines, status };
    assertQuarantined(disk, found, delivered, [hit], `byte ${byte}`);
  }
});

Deno.test("Two flips in neighbouring records cost these two, told as one stretch", async () => {
  const whole = await withSealed();
  for (let hit = 0; hit < TEXTS.length - 1; hit++) {
    const start = ENDS[hit - 1] ?? SEGMENT_HEADER_BYTES;
    for (let a = start; a < ENDS[hit]!; a++) {
      for (let b = ENDS[hit]! + a % 3; b < ENDS[hit + 1]!; b += 3) {
        const disk = flipped(whole, a * 8 + (b & 7), b * 8 + (a & 7));
        const found = disk.read(SEGMENT);
        const delivered = await deliver(disk);
        const both = { start, end: ENDS[hit + 1]!, lost: [hit + 1, hit + 2] };
        assert.deepEqual(delivered.texts, [...without(both.lost), BEHIND], `${a} and ${b}`);
        assertQuarantined(disk, found, delivered, [both], `${a} and ${b}`);
      }
    }
  }
});

Deno.test("A segment that somebody cut off while nothing ran costs only what was cut off", async () => {
  const whole = await withSealed();
  for (let length = 0; length < LENGTH; length++) {
    const disk = whole.clone();
    disk.cutOff(SEGMENT, length);
    const found = disk.read(SEGMENT);
    const { texts, told, status } = await deliver(disk);
    const left = ENDS.filter((end) => end <= length);
    assert.deepEqual(texts, [...TEXTS.slice(0, left.length), BEHIND], `${length}`);
    const start = length < SEGMENT_HEADER_BYTES ? 0 : left.at(-1) ?? SEGMENT_HEADER_BYTES;
    if (length === start && length > 0) continue; // it looks whole
    const end = Math.max(length, SEGMENT_HEADER_BYTES);
    assert.deepEqual([told[0]?.start, told[0]?.end], [start, end], `${length}`);
    assert.deepEqual([status.corrupt, status.quarantined], [told.length, 1], `${length}`);
    assert.deepEqual(disk.read(KEPT), found, `${length}`);
  }
});

Deno.test("A segment that is cut off behind a lease throws, and the same lease gives what is left", async () => {
  const whole = await withSealed();
  for (let length = 0; length < LENGTH; length++) {
    const disk = whole.clone();
    const { buffer, log } = await openBuffer(disk);
    const before = await buffer.lease(NO_LIMITS);
    disk.cutOff(SEGMENT, length);
    const found = disk.read(SEGMENT);
    assert.throws(() => read(disk, before), /damaged since the batch was leased/, `${length}`);
    const batch = await buffer.lease(NO_LIMITS);
    assert.deepEqual([batch?.first, batch?.last], [before?.first, before?.last]);
    const left = ENDS.filter((end) => end <= length);
    const texts = read(disk, batch);
    assert.deepEqual(texts, [...TEXTS.slice(0, left.length), BEHIND], `${length}`);
    await buffer.acknowledge(batch!);
    const { status } = buffer;
    await worksOn(disk, buffer);
    const delivered = { texts, told: toldIn(log.lines), lines: log.lines, status };
    const header = length < SEGMENT_HEADER_BYTES ? [hitAt(0)] : [];
    const rest = {
      start: left.at(-1) ?? SEGMENT_HEADER_BYTES,
      end: LENGTH,
      lost: range(left.length + 1, TEXTS.length),
    };
    assertQuarantined(disk, found, delivered, [...header, rest], `${length}`);
  }
});
