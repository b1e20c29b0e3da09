import assert from "node:assert/strict";
import fc from "fast-check";
import type { ReceivedRecord } from "../../src/ocsf/context.ts";
import type { Finding } from "../../src/ocsf/finding.ts";
import { DayRows } from "../../src/parquet/day_rows.ts";
import { KeptRecords } from "../../src/parquet/kept_records.ts";
import { seeded } from "../support/seeded.ts";

const MIB = 1 << 20;

/** An event of so many bytes; the first eight say its place. */
interface Sent {
  readonly time: number;
  readonly uid: string;
  readonly bytes: number;
  readonly isKept: boolean;
}

const sent: fc.Arbitrary<Sent[]> = fc.array(
  fc.record({
    time: fc.integer({ min: 0, max: 5 }),
    uid: fc.constantFrom("", "a", "b", "é", "\ud83e"),
    bytes: fc.oneof(fc.integer({ min: 8, max: 2000 }), fc.integer({ min: 8, max: 3 * MIB })),
    isKept: fc.boolean(),
  }),
  { maxLength: 30 },
);

function dayOf(events: readonly Sent[]): { day: DayRows; mappedAgain: number[] } {
  const mappedAgain: number[] = [];
  const rowOf = (at: number) =>
    ({
      class_uid: 2004,
      time: events[at]!.time,
      metadata: { uid: events[at]!.uid },
      at,
    }) as unknown as Finding;
  const records = new KeptRecords();
  const day = new DayRows(records, ({ payload, receivedMicroseconds }) => {
    const at = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    assert.equal(payload.length, events[at]!.bytes);
    assert.equal(receivedMicroseconds, at * 1000);
    mappedAgain.push(at);
    return rowOf(at);
  });
  // As the buffer's reader does: what it gives is valid only until the next one is asked for.
  const memory = new Uint8Array(3 * MIB);
  for (const [at, { bytes, isKept }] of events.entries()) {
    new DataView(memory.buffer).setUint32(0, at);
    const record: ReceivedRecord = {
      payload: memory.subarray(0, bytes),
      receivedMicroseconds: at * 1000,
    };
    day.add(records.add(record), rowOf(at), isKept, record.receivedMicroseconds);
  }
  return { day, mappedAgain };
}

const places = (rows: readonly unknown[]) => rows.map((row) => (row as { at: number }).at);

Deno.test("Rows come by time, then uid, then arrival, in pieces that bound what is in memory", () =>
  fc.assert(
    fc.property(sent, fc.integer(), (events, seed) => {
      const { day, mappedAgain } = dayOf(events);
      const random = seeded(seed);
      const expected = [...events.keys()].sort((a, b) => {
        const [left, right] = [events[a]!, events[b]!];
        return left.time - right.time ||
          (left.uid < right.uid ? -1 : left.uid > right.uid ? 1 : a - b);
      });
      assert.equal(day.length, events.length);
      const found: number[] = [];
      while (found.length < day.length) {
        const wanted = found.length + 1 + Math.floor(random() * 12);
        const piece = places(day.slice(found.length, wanted));
        assert.ok(piece.length > 0);
        const bytes = piece.reduce((sum, at) => sum + events[at]!.bytes, 0);
        assert.ok(piece.length === 1 || bytes <= 2 * MIB, `${bytes} bytes at once`);
        const next = expected[found.length + piece.length];
        const isCut = found.length + piece.length < Math.min(wanted, day.length);
        if (isCut) assert.ok(bytes + events[next!]!.bytes > 2 * MIB, "there was room");
        found.push(...piece);
      }
      assert.deepEqual(found, expected);
      assert.deepEqual(mappedAgain, expected.filter((at) => !events[at]!.isKept));
      assert.deepEqual(day.slice(day.length, day.length + 5), []);
    }),
  ));

Deno.test("Of uids that begin alike for 64 characters, the order is that of arrival", () => {
  const event = { time: 0, bytes: 8, isKept: true };
  const begin = "x".repeat(63);
  const uids = [`${begin}yb`, `${begin}ya`, `${begin}xz`];
  const { day } = dayOf(uids.map((uid) => ({ ...event, uid })));
  assert.deepEqual(places(day.slice(0, 3)), [2, 0, 1]);
});
