import assert from "node:assert/strict";
import { UploadHistory } from "../../src/lake/upload_history.ts";
import { ManualClock } from "../support/manual_clock.ts";

function setup(wall = 0) {
  const clock = new ManualClock(wall);
  const history = new UploadHistory(clock);
  const pass = (milliseconds: number) => clock.advance(milliseconds, () => Promise.resolve());
  return { clock, history, pass };
}

Deno.test("A history begins with nothing", () => {
  const { history } = setup();
  assert.deepEqual(history.status, { lastSuccess: undefined, failures: undefined });
});

Deno.test("Failures are counted from the first after a success, and forgotten at the next", async () => {
  const { history, pass } = setup(1000);
  history.failed("first", 1, 750);
  await pass(1000);
  history.failed("second", 2, 1500);
  assert.deepEqual(history.status, {
    lastSuccess: undefined,
    failures: {
      attempts: 2,
      since: 1000,
      lastAt: 2000,
      lastError: "second",
      nextAttempt: 3500,
    },
  });
  await pass(2000);
  history.succeeded();
  assert.deepEqual(history.status, { lastSuccess: 4000, failures: undefined });
  await pass(1000);
  history.failed("third", 1, 750);
  assert.deepEqual(history.status, {
    lastSuccess: 4000,
    failures: { attempts: 1, since: 5000, lastAt: 5000, lastError: "third", nextAttempt: 5750 },
  });
  history.succeeded();
  await pass(2000);
  history.succeeded();
  assert.deepEqual(history.status, { lastSuccess: 7000, failures: undefined });
});

Deno.test("A first failure at the beginning of time is one, too", async () => {
  const { history, pass } = setup();
  history.failed("a", 1, 0);
  await pass(5);
  history.failed("b", 2, 0);
  assert.equal(history.status.failures?.since, 0);
});

Deno.test("A clock that is set meanwhile makes the failures neither older nor younger", async () => {
  for (const jump of [50 * 365 * 86_400_000, -86_400_000]) {
    const { clock, history, pass } = setup(86_400_000);
    history.failed("certificate is not valid yet", 1, 0);
    await pass(30_000);
    clock.jump(jump);
    await pass(30_000);
    history.failed("something else", 2, 0);
    const { since, lastAt } = history.status.failures!;
    assert.equal(lastAt - since, 60_000);
    assert.equal(lastAt, clock.now());
  }
});

Deno.test("What was told of the history does not change afterwards", async () => {
  const { history, pass } = setup(1000);
  history.failed("first", 1, 750);
  const before = history.status;
  const copy = structuredClone(before);
  await pass(1000);
  history.failed("second", 2, 750);
  history.succeeded();
  assert.deepEqual(before, copy);
});
