import assert from "node:assert/strict";
import type { Cursor } from "../../src/buffer/cursor.ts";
import {
  type NewestFacts,
  planRecovery,
  type RecoveryPlan,
} from "../../src/buffer/recovery_plan.ts";
import { segmentPath } from "../support/buffer_steps.ts";
import { DIRECTORY } from "../support/open_buffer.ts";

/* What the next start does about every state in which the last run may have left the folder. */

const [OURS, THEIRS, DRAWN] = ["a".repeat(32), "b".repeat(32), "d".repeat(32)];
const CURSOR = `${DIRECTORY}/cursor-lake`;
const seg = (first: number, size = 1000) => ({ name: segmentPath(first).slice(8), size });
const corrupt = (first: number, size = 1000) => ({
  name: segmentPath(first, "corrupt").slice(8),
  size,
});
const cursor = (acknowledged: number, intent?: Cursor["intent"]): Cursor => ({
  logId: OURS,
  acknowledged,
  intent,
});
/** As the newest segment of 1000 bytes is read: whole, unless told otherwise. */
const read = (last: number, facts: Partial<NewestFacts> = {}): NewestFacts => ({
  logId: OURS,
  last,
  end: 1000,
  damage: [],
  unreadableEnd: false,
  ...facts,
});
const UNFINISHED = ["cursor-lake.tmp", "reserve.tmp", "00000000000000000001.seg.tmp"];
const HOLE = { start: 200, end: 300, firstLost: 11, lost: 2 };

/** `[first, last]`, with "q" when it is quarantined. */
type Kept = readonly [first: number, last: number, quarantined?: "q"];

interface Case {
  readonly name: string;
  readonly entries: readonly { readonly name: string; readonly size: number }[];
  readonly cursor: Cursor | "missing" | "damaged";
  readonly newest?: NewestFacts;
  readonly oldestLogId?: string;
  readonly sealed: readonly Kept[];
  readonly next: number;
  readonly plan?: Partial<Pick<RecoveryPlan, "settle" | "rename" | "remove" | "cursor">>;
  /** What is said, in order. */
  readonly says?: readonly RegExp[];
}

const torn = (path: string, bytes: number) =>
  new RegExp(`^warn ${path}: cut off ${bytes} bytes of an unfinished write$`);
const starting = (why: string) =>
  new RegExp(`^warn ${CURSOR} is ${why}; starting from the oldest stored event`);

function newestOf(entries: Case["entries"], removed: readonly string[]): RecoveryPlan["settle"] {
  const newest = entries.filter(({ name }) => /^0\d{19}\.(seg|corrupt)$/.test(name))
    .toSorted((a, b) => a.name < b.name ? -1 : 1).at(-1);
  const path = newest && `${DIRECTORY}/${newest.name}`;
  return path && !removed.includes(path) ? { path, bytes: newest.size } : undefined;
}

const CASES: readonly Case[] = [
  {
    name: "an empty folder",
    entries: [],
    cursor: "missing",
    sealed: [],
    next: 1,
    plan: { cursor: { logId: DRAWN, acknowledged: 0, intent: undefined } },
  },
  {
    name: "only a cursor, whose segments are gone",
    entries: [],
    cursor: cursor(41),
    sealed: [],
    next: 42,
  },
  {
    name: "one whole tail",
    entries: [seg(1)],
    cursor: cursor(0),
    newest: read(9),
    sealed: [[1, 9]],
    next: 10,
  },
  {
    name: "a torn tail",
    entries: [seg(1)],
    cursor: cursor(0),
    newest: read(8, { end: 900 }),
    sealed: [[1, 8]],
    next: 9,
    plan: { settle: { path: segmentPath(1), bytes: 900 } },
    says: [torn(segmentPath(1), 100)],
  },
  {
    name: "a tail of nothing but its header",
    entries: [seg(1), seg(10, 44)],
    cursor: cursor(0),
    newest: read(9, { end: 44 }),
    sealed: [[1, 9]],
    next: 10,
    plan: { remove: [segmentPath(10)] },
  },
  {
    name: "a tail whose first write was torn",
    entries: [seg(10, 80)],
    cursor: cursor(9),
    newest: read(9, { end: 44 }),
    sealed: [],
    next: 10,
    plan: { remove: [segmentPath(10)] },
    says: [torn(segmentPath(10), 36)],
  },
  {
    name: "a tail whose header was torn",
    entries: [seg(1), seg(10, 20)],
    cursor: cursor(0),
    newest: read(9, { logId: undefined, end: 44 }),
    oldestLogId: OURS,
    sealed: [[1, 9]],
    next: 10,
    plan: { remove: [segmentPath(10)] },
  },
  {
    name: "damage with records behind it in the tail",
    entries: [seg(1), seg(10)],
    cursor: cursor(0),
    newest: read(19, { damage: [HOLE], end: 900 }),
    sealed: [[1, 9], [10, 19, "q"]],
    next: 20,
    plan: { rename: { from: segmentPath(10), to: segmentPath(10, "corrupt") } },
    says: [
      /^error .*10\.seg: damaged at bytes 200 to 299: events 11 to 12 are lost; what is/,
      /^error .*10\.seg: nothing is readable from byte 900 on: damage, or an unfinished write/,
    ],
  },
  {
    name: "damage in a tail that is in the lake",
    entries: [seg(10)],
    cursor: cursor(19),
    newest: read(19, { damage: [HOLE] }),
    sealed: [[10, 19, "q"]],
    next: 20,
    plan: { rename: { from: segmentPath(10), to: segmentPath(10, "corrupt") } },
    says: [/^error .*10\.seg: damaged/],
  },
  {
    name: "a tail that the disk cannot read to its end",
    entries: [seg(1), seg(10)],
    cursor: cursor(0),
    newest: read(12, { end: 760, unreadableEnd: true }),
    sealed: [[1, 9], [10, 22, "q"]],
    next: 23,
    plan: { rename: { from: segmentPath(10), to: segmentPath(10, "corrupt") } },
    says: [/^error .*10\.seg: the disk cannot read it to its end; the file is kept as 0+10\.corr/],
  },
  {
    name: "a newest segment that was quarantined before and holds nothing readable",
    entries: [seg(1), corrupt(10)],
    cursor: cursor(0),
    newest: read(9, { end: 44 }),
    // As many as may have stood in the rest: a lease has called them lost by their sequences.
    sealed: [[1, 9], [10, 48, "q"]],
    next: 49,
  },
  {
    name: "an old quarantined segment that is in the lake, and one that is not",
    entries: [corrupt(1), seg(10), corrupt(20), seg(30)],
    cursor: cursor(15),
    newest: read(39),
    sealed: [[1, 9, "q"], [10, 19], [20, 29, "q"], [30, 39]],
    next: 40,
  },
  {
    name: "a cursor in the midst of several segments",
    entries: [seg(30), seg(10), seg(1), seg(20)],
    cursor: cursor(19),
    newest: read(39),
    sealed: [[20, 29], [30, 39]],
    next: 40,
    plan: { remove: [segmentPath(1), segmentPath(10)] },
  },
  {
    name: "a cursor ahead of all segments",
    entries: [seg(1), seg(10)],
    cursor: cursor(99),
    newest: read(19),
    sealed: [],
    next: 100,
    plan: { remove: [segmentPath(1), segmentPath(10)] },
  },
  {
    name: "a batch that was begun, beyond the last record that is left",
    entries: [seg(1)],
    cursor: cursor(3, { first: 4, last: 20 }),
    newest: read(9),
    sealed: [[1, 9]],
    next: 21,
  },
  {
    name: "gaps that eviction left",
    entries: [seg(1), seg(50), seg(80)],
    cursor: cursor(5, { first: 6, last: 9 }),
    newest: read(89),
    sealed: [[1, 49], [50, 79], [80, 89]],
    next: 90,
  },
  ...(["missing", "damaged"] as const).map((why): Case => ({
    name: `a ${why} cursor with segments`,
    entries: [seg(10), seg(20)],
    cursor: why,
    newest: read(29),
    oldestLogId: OURS,
    sealed: [[10, 19], [20, 29]],
    next: 30,
    plan: { cursor: { logId: OURS, acknowledged: 9, intent: undefined } },
    says: [starting(why)],
  })),
  {
    name: "a missing cursor and a tail whose header was torn",
    entries: [seg(10), seg(20, 20)],
    cursor: "missing",
    newest: read(19, { logId: undefined, end: 44 }),
    oldestLogId: OURS,
    sealed: [[10, 19]],
    next: 20,
    plan: {
      cursor: { logId: OURS, acknowledged: 9, intent: undefined },
      remove: [segmentPath(20)],
    },
    says: [starting("missing")],
  },
  {
    name: "a damaged cursor without segments",
    entries: [],
    cursor: "damaged",
    sealed: [],
    next: 1,
    plan: { cursor: { logId: DRAWN, acknowledged: 0, intent: undefined } },
    says: [starting("damaged")],
  },
  {
    name: "files that were not finished, and ones that are not ours",
    entries: [
      ...[...UNFINISHED, "lock", "1.seg", "notes.txt"].map((name) => ({ name, size: 5 })),
      seg(1),
    ],
    cursor: cursor(0),
    newest: read(9),
    sealed: [[1, 9]],
    next: 10,
    plan: { remove: UNFINISHED.map((name) => `${DIRECTORY}/${name}`) },
  },
];

for (const { name, entries, cursor, newest, oldestLogId, sealed, next, ...rest } of CASES) {
  Deno.test(`A start finds ${name}`, () => {
    const facts = { directory: DIRECTORY, entries, cursor, newest, oldestLogId };
    const { notes, ...planned } = planRecovery(facts, () => DRAWN);
    const kept = planned.sealed.map(({ first, last, quarantined, path }): Kept => {
      assert.equal(path, segmentPath(first, quarantined ? "corrupt" : "seg"));
      return quarantined ? [first, last, "q"] : [first, last];
    });
    assert.deepEqual({ ...planned, sealed: kept }, {
      // What is kept of the newest is synced, whole unless it is torn.
      settle: newestOf(entries, rest.plan?.remove ?? []),
      rename: undefined,
      remove: [],
      cursor,
      ...rest.plan,
      isNew: typeof cursor === "string",
      sealed,
      next,
    });
    const { says = [] } = rest;
    const said = notes.map(({ level, text }) => `${level} ${text}`);
    assert.equal(said.length, says.length, said.join("\n"));
    for (const [at, pattern] of says.entries()) assert.match(said[at]!, pattern);
  });
}

const plan = (
  entries: Case["entries"],
  cursor: Cursor,
  newest: NewestFacts,
  oldestLogId?: string,
): RecoveryPlan =>
  planRecovery({ directory: DIRECTORY, entries, cursor, newest, oldestLogId }, () => DRAWN);

Deno.test("A start finds segments of another log than its cursor's: refused, and both are named", () => {
  assert.throws(() => plan([seg(1)], cursor(0), read(9, { logId: THEIRS })), {
    message: `the cursor belongs to log ${OURS}, but ${segmentPath(1)} to log ${THEIRS}; two ` +
      "buffers seem to have been mixed: give each its own folder",
  });
});

Deno.test("A start that is cut short after any of its steps plans the same again", () => {
  // After the rename of a damaged tail, its file is found under its new name.
  const damaged = read(19, { damage: [HOLE] });
  const before = plan([seg(10)], cursor(3), damaged);
  const after = plan([corrupt(10)], cursor(3), damaged);
  const { notes, settle } = after;
  assert.deepEqual(after, { ...before, notes, settle, rename: undefined });
  const listed = [seg(1), seg(10), seg(20)];
  for (let removed = 0; removed <= 2; removed++) {
    const { sealed, next } = plan(listed.slice(removed), cursor(19), read(29));
    assert.deepEqual([sealed.map(({ first }) => first), next], [[20], 30]);
  }
});
