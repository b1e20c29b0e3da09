import assert from "node:assert/strict";
import { UploadHistory } from "../../src/lake/upload_history.ts";

Deno.test("A history begins with nothing", () => {
  assert.deepEqual(new UploadHistory().status, { lastSuccess: undefined, failures: undefined });
});

Deno.test("Failures are counted from the first after a success, and forgotten at the next", () => {
  const history = new UploadHistory();
  history.failed(1000, "first", 1, 750);
  history.failed(2000, "second", 2, 1500);
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
  history.succeeded(4000);
  assert.deepEqual(history.status, { lastSuccess: 4000, failures: undefined });
  history.failed(5000, "third", 1, 750);
  assert.deepEqual(history.status, {
    lastSuccess: 4000,
    failures: { attempts: 1, since: 5000, lastAt: 5000, lastError: "third", nextAttempt: 5750 },
  });
  history.succeeded(6000);
  history.succeeded(7000);
  assert.deepEqual(history.status, { lastSuccess: 7000, failures: undefined });
});

Deno.test("A first failure at the beginning of time is one, too", () => {
  const history = new UploadHistory();
  history.failed(0, "a", 1, 0);
  history.failed(5, "b", 2, 0);
  assert.equal(history.status.failures?.since, 0);
});

Deno.test("What was told of the history does not change afterwards", () => {
  const history = new UploadHistory();
  history.failed(1000, "first", 1, 750);
  const before = history.status;
  const copy = structuredClone(before);
  history.failed(2000, "second", 2, 750);
  history.succeeded(3000);
  assert.deepEqual(before, copy);
});
