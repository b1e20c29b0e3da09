import assert from "node:assert/strict";
import fc from "fast-check";
import { Bursts } from "../../src/telemetry/bursts.ts";
import { ManualClock } from "../support/manual_clock.ts";

function setup() {
  const clock = new ManualClock(0);
  /** When each line was written, and how many it stands for: 1, or of a summary more. */
  const written: { readonly at: number; readonly events: number; readonly isSummary: boolean }[] =
    [];
  const note = (events: number, isSummary: boolean) =>
    void written.push({ at: clock.monotonic(), events, isSummary });
  const bursts = new Bursts(clock, (more) => note(more, true));
  let made = 0;
  const write = (times = 1) => {
    for (let at = 0; at < times; at++) {
      bursts.write(() => {
        made++;
        note(1, false);
      });
    }
  };
  const pass = (milliseconds: number) => clock.advance(milliseconds, () => Promise.resolve());
  const summaries = () => written.filter(({ isSummary }) => isSummary);
  return { bursts, clock, written, summaries, write, pass, made: () => made };
}

Deno.test("Twenty lines are written at once, and the twenty-first is not even made", async () => {
  const { written, write, pass, made } = setup();
  write(20);
  await pass(10_000);
  assert.deepEqual([written.length, made()], [20, 20]);
  write(21);
  assert.deepEqual([written.length, made()], [40, 40]);
});

Deno.test("At the end of the second one line says how many more there were, though nothing comes after", async () => {
  const { summaries, write, pass } = setup();
  await pass(5000);
  write(1);
  await pass(400);
  write(30);
  await pass(599);
  assert.deepEqual(summaries(), []);
  await pass(1);
  assert.deepEqual(summaries(), [{ at: 6000, events: 11, isSummary: true }]);
  await pass(10_000);
  assert.equal(summaries().length, 1);
});

Deno.test("After a second there are twenty lines again, and each second has its summary", async () => {
  const { written, summaries, write, pass } = setup();
  for (let second = 0; second < 3; second++) {
    write(25);
    await pass(1000);
  }
  assert.equal(written.length, 3 * 21);
  assert.deepEqual(summaries().map(({ at, events }) => [at, events]), [
    [1000, 5],
    [2000, 5],
    [3000, 5],
  ]);
});

Deno.test("A summary that its sleeper is late for stands before the next second's lines", async () => {
  const { bursts, clock, written, write } = setup();
  write(22);
  // Time has gone on, but nobody has been woken yet, as in a busy program.
  const late = clock.advance(1500, () => Promise.resolve());
  write(1);
  assert.deepEqual(written.slice(20).map(({ events }) => events), [2, 1]);
  await late;
  // The sleeper has nothing to do with the second that has begun: 19 lines are left in it.
  write(24);
  assert.equal(written.length, 20 + 1 + 20);
  bursts.end();
  assert.equal(written.at(-1)?.events, 5);
});

Deno.test("end() says what has not been said yet, once", async () => {
  const { bursts, written, summaries, write, pass } = setup();
  bursts.end();
  write(20);
  bursts.end();
  assert.deepEqual(summaries(), []);
  await pass(1000);
  write(23);
  bursts.end();
  bursts.end();
  await pass(5000);
  assert.deepEqual(summaries().map(({ events }) => events), [3]);
  assert.equal(written.length, 41);
});

Deno.test("Whatever is written when, a second has at most twenty lines, and every line is written or summed up in its second", async () => {
  const step = fc.oneof(
    fc.record({ write: fc.integer({ min: 1, max: 45 }) }),
    fc.record({ pass: fc.constantFrom(0, 1, 10, 500, 999, 1000, 1001, 5000) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { written, write, pass, clock } = setup();
      /** The seconds that begin with a line: when, and how many lines were asked for. */
      const seconds: { readonly start: number; asked: number }[] = [];
      for (const step of steps) {
        if ("pass" in step) await pass(step.pass);
        else {
          const now = clock.monotonic();
          const last = seconds.at(-1);
          if (last && now - last.start < 1000) last.asked += step.write;
          else seconds.push({ start: now, asked: step.write });
          write(step.write);
        }
      }
      await pass(1000);
      for (const [at, { start, asked }] of seconds.entries()) {
        const end = seconds[at + 1]?.start ?? Infinity;
        const lines = written.filter((line) =>
          !line.isSummary && line.at >= start && line.at < end
        );
        const sums = written.filter((line) => line.isSummary && line.at > start && line.at <= end);
        assert.equal(lines.length, Math.min(asked, 20));
        assert.ok(lines.every((line) => line.at < start + 1000));
        assert.deepEqual(
          sums.map((line) => [line.at, line.events]),
          asked > 20 ? [[start + 1000, asked - 20]] : [],
        );
      }
      const all = seconds.reduce((sum, { asked }) => sum + asked, 0);
      assert.equal(written.reduce((sum, { events }) => sum + events, 0), all);
    }),
    { numRuns: 500 },
  );
});
