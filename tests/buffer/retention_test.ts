import assert from "node:assert/strict";
import fc from "fast-check";
import { planEviction } from "../../src/buffer/retention.ts";
import type { SealedSegment } from "../../src/buffer/segment_state.ts";
import {
  append,
  drain,
  SEGMENT_EACH,
  segmentPath,
  segmentsOf,
  send,
} from "../support/buffer_steps.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { openBuffer } from "../support/open_buffer.ts";

/* Which segments go when the ring is full: against a description that tries one after the other. */

interface Situation {
  readonly sealed: readonly SealedSegment[];
  readonly acknowledged: number;
  readonly lease: { readonly first: number; readonly last: number } | undefined;
  readonly tail: number;
  readonly incoming: number;
  readonly maxSize: number;
  readonly mayDrop: boolean;
}

const situations: fc.Arbitrary<Situation> = fc.record({
  sizes: fc.array(
    fc.record({
      events: fc.integer({ min: 1, max: 4 }),
      gap: fc.integer({ min: 0, max: 2 }),
      bytes: fc.integer({ min: 1, max: 10 }),
      quarantined: fc.boolean(),
    }),
    { maxLength: 7 },
  ),
  acknowledged: fc.integer({ min: 0, max: 25 }),
  leased: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  tail: fc.integer({ min: 0, max: 10 }),
  incoming: fc.integer({ min: 0, max: 12 }),
  maxSize: fc.integer({ min: 1, max: 50 }),
  mayDrop: fc.boolean(),
}).map(({ sizes, leased, ...rest }) => {
  let last = 0;
  const sealed = sizes.map(({ events, gap, bytes, quarantined }) => {
    const first = last + gap + 1;
    last = first + events - 1;
    return { path: `/${first}`, first, last, bytes, quarantined };
  });
  const from = rest.acknowledged + 1;
  const lease = leased === undefined ? undefined : { first: from, last: from + leased - 1 };
  return { ...rest, sealed, lease };
});

const plan = ({ sealed, acknowledged, lease, tail, incoming, maxSize, mayDrop }: Situation) => {
  const total = sealed.reduce((sum, { bytes }) => sum + bytes, tail);
  return planEviction(sealed, { acknowledged, lease }, total, incoming, maxSize, mayDrop);
};

/** Sequence by sequence: what each holds that somebody still wants, or that is on its way. */
function describe({ sealed, acknowledged, lease, tail, incoming, maxSize, mayDrop }: Situation) {
  const sequences = ({ first, last }: SealedSegment) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const isWanted = (sequence: number) => sequence > acknowledged;
  const isLeased = (sequence: number) =>
    lease !== undefined && sequence >= lease.first && sequence <= lease.last;
  const delivered = sealed.filter((one) => !sequences(one).some(isWanted));
  const oldest = sealed.filter((one) =>
    mayDrop && sequences(one).some(isWanted) && !sequences(one).some(isLeased)
  );
  const order = [...delivered, ...oldest];
  for (let count = 0; count <= order.length; count++) {
    const left = sealed.filter((one) => !order.slice(0, count).includes(one));
    const bytes = left.reduce((sum, one) => sum + one.bytes, 0) + tail + incoming;
    if (bytes <= maxSize) return { evict: order.slice(0, count), fits: true };
  }
  return { evict: [], fits: false };
}

Deno.test("What goes is what the description says: the delivered first, then the oldest that is not leased", () => {
  fc.assert(
    fc.property(situations, (situation) => {
      assert.deepEqual(plan(situation), describe(situation));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("Nothing goes for an append that would not fit all the same", () => {
  const sealed = [{ path: "/1", first: 1, last: 9, bytes: 10, quarantined: false }];
  const full = { sealed, acknowledged: 0, lease: undefined, tail: 5, maxSize: 10, mayDrop: true };
  assert.deepEqual(plan({ ...full, incoming: 6 }), { evict: [], fits: false });
  assert.deepEqual(plan({ ...full, incoming: 5 }), { evict: sealed, fits: true });
});

Deno.test("An append that fits to the byte costs nothing", () => {
  const sealed = [{ path: "/1", first: 1, last: 9, bytes: 10, quarantined: true }];
  const some = { sealed, acknowledged: 9, lease: undefined, tail: 5, maxSize: 20, mayDrop: true };
  assert.deepEqual(plan({ ...some, incoming: 5 }), { evict: [], fits: true });
  assert.deepEqual(plan({ ...some, incoming: 6 }), { evict: sealed, fits: true });
});

for (const whenFull of ["reject", "dropoldest"] as const) {
  Deno.test(`A full ring with whenfull ${whenFull} gives up what is quarantined and delivered before anything else`, async () => {
    const disk = new MemoryDisk();
    const { buffer, log } = await openBuffer(disk, { ...SEGMENT_EACH, maxSize: 370, whenFull });
    await append(buffer, [1, 2]);
    for (const first of [1, 2]) disk.decay(segmentPath(first), (bytes) => bytes[20]! ^= 1);
    assert.deepEqual(await drain(buffer, disk), [1, 2]);
    await append(buffer, [3, 4]);
    assert.deepEqual([segmentsOf(disk), segmentsOf(disk, "corrupt")], [[3, 4], [2]]);
    await append(buffer, [5]);
    assert.equal((await send(buffer, 6)).kind, whenFull === "reject" ? "full" : "stored");
    assert.equal(buffer.status.droppedEvents, whenFull === "reject" ? 0 : 1);
    const removed = log.lines.filter((line) => line.startsWith("WARN Buffer - full (370 bytes)"));
    assert.deepEqual(
      removed.map((line) => /: (.*)$/.exec(line)?.[1]),
      [1, 2].map((first) =>
        `removed ${segmentPath(first, "corrupt")}, all of which that could be read is in the lake`
      ),
    );
    const left = whenFull === "reject" ? [3, 4, 5] : [4, 5, 6];
    assert.deepEqual(await drain(buffer, disk), left);
  });
}
