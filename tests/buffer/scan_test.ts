import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encodeRecord, RECORD_HEADER_BYTES } from "../../src/buffer/record.ts";
import { type ScanItem, type ScanRange, scanRecords } from "../../src/buffer/scan.ts";
import { seeded } from "../support/seeded.ts";

const CHUNK = 1 << 20;

/** Records with these many payload bytes each, sequences from 1 on, back to back. */
function encode(sizes: readonly number[]) {
  const fraction = seeded(1);
  const payloads = sizes.map((size) => new Uint8Array(size).fill(1 + Math.floor(fraction() * 255)));
  const ends: number[] = [];
  const bytes = new Uint8Array(
    sizes.reduce((sum, size) => sum + RECORD_HEADER_BYTES + size, 0),
  );
  payloads.forEach((payload, at) =>
    ends.push(
      encodeRecord(bytes, ends.at(-1) ?? 0, {
        sequence: at + 1,
        receivedMicroseconds: 5,
        payload,
      }),
    )
  );
  return { bytes, payloads, ends };
}

/** All that a scan yields, with how often it read and the largest read. */
function scan(bytes: Uint8Array, range: Partial<ScanRange> = {}) {
  const items: ScanItem[] = [];
  let [reads, largest] = [0, 0];
  const source = {
    readAt: (offset: number, into: Uint8Array) => {
      assert.ok(++reads < 1000, "no end of reads"); // or a mistake would take minutes to show
      largest = Math.max(largest, into.length);
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
  const whole = { start: 0, end: bytes.length, first: 1, last: Number.MAX_SAFE_INTEGER };
  for (const item of scanRecords(source, { ...whole, ...range })) {
    // A payload is valid only until the next record.
    if (item.kind === "damage") items.push(item);
    else items.push({ ...item, record: { ...item.record, payload: item.record.payload.slice() } });
  }
  return { items, reads, largest };
}

const sequencesOf = (items: readonly ScanItem[]) =>
  items.flatMap((item) => item.kind === "record" ? [item.record.sequence] : []);

const damageOf = (items: readonly ScanItem[]) =>
  items.flatMap((item) => item.kind === "damage" ? [[item.start, item.end]] : []);

function assertExact(items: readonly ScanItem[], payloads: readonly Uint8Array[]): void {
  assert.deepEqual(sequencesOf(items), payloads.map((_, at) => at + 1));
  assert.deepEqual(damageOf(items), []);
  for (const item of items) {
    if (item.kind !== "record") continue;
    const { sequence, payload } = item.record;
    assert.equal(Buffer.compare(payload, payloads[sequence - 1]!), 0, `payload ${sequence}`);
  }
}

Deno.test("A scan gives records exactly, wherever the edge of what it read cuts them", () => {
  // The second record begins so many bytes before the edge of the first MiB: within its header,
  // just behind it, and within its payload.
  for (const before of [0, 1, 4, 8, 23, 24, 25, 100]) {
    const { bytes, payloads } = encode([CHUNK - RECORD_HEADER_BYTES - before, 500, 0, 7]);
    assertExact(scan(bytes).items, payloads);
  }
});

Deno.test("A scan gives records larger than 1 MiB exactly, and reads not much more than them", () => {
  const { bytes, payloads } = encode([10, 3 * CHUNK, 0, CHUNK, CHUNK + 1, 20]);
  const { items, reads, largest } = scan(bytes);
  assertExact(items, payloads);
  assert.ok(reads <= 10, `${reads} reads`);
  assert.equal(largest, 3 * CHUNK + RECORD_HEADER_BYTES);
});

Deno.test("A scan of many small records reads about a MiB at a time", () => {
  const { bytes, payloads } = encode(Array.from({ length: 6000 }, (_, at) => 400 + at % 97));
  const { items, reads, largest } = scan(bytes);
  assertExact(items, payloads);
  assert.equal(largest, CHUNK);
  assert.ok(reads <= Math.ceil(bytes.length / CHUNK) + 1, `${reads} reads`);
});

Deno.test("Damage over several records at once costs those, is told once, and nothing behind it", () => {
  const { bytes, ends } = encode([50, 0, 40, 0, 0, 60, 70]);
  for (const filler of [0, 0xff]) {
    for (let from = 0; from < 7; from++) {
      for (let to = from; to < 7; to++) {
        const hit = bytes.slice().fill(filler, ends[from - 1] ?? 0, ends[to]);
        const { items } = scan(hit);
        const left = [1, 2, 3, 4, 5, 6, 7].filter((sequence) =>
          sequence <= from || sequence > to + 1
        );
        assert.deepEqual(sequencesOf(items), left, `${from} to ${to}`);
        assert.deepEqual(damageOf(items), [[ends[from - 1] ?? 0, ends[to]]]);
      }
    }
  }
});

Deno.test("A scan of a file that is shorter than it was says so with few reads", () => {
  const { bytes, ends } = encode([CHUNK, 100, 100]);
  for (const length of [0, 10, ends[0]! - 1, ends[0]!, ends[0]! + 10]) {
    const { items, reads } = scan(bytes.subarray(0, length), { end: 8 * CHUNK });
    const whole = length < ends[0]! ? [] : [1];
    assert.deepEqual(sequencesOf(items), whole, `${length}`);
    assert.deepEqual(damageOf(items), [[whole.length === 0 ? 0 : ends[0], 8 * CHUNK]]);
    // One for each of the last bytes, too few for a header, is all that damage may cost.
    assert.ok(reads <= 2 + RECORD_HEADER_BYTES, `${length}: ${reads} reads`);
  }
});

Deno.test("A scan looks at nothing behind the last sequence it was asked for", () => {
  const { bytes } = encode([10, 10, 3 * CHUNK]);
  const { items, reads } = scan(bytes, { last: 2 });
  assert.deepEqual([sequencesOf(items), damageOf(items), reads], [[1, 2], [], 1]);
});
