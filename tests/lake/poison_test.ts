import assert from "node:assert/strict";
import { PoisonWatch } from "../../src/lake/poison.ts";

const HOUR = 3_600_000;

/** @returns after how many refusals a batch is poison, a minute between two */
function refusalsUntilPoison(
  watch: PoisonWatch,
  batch: string,
  from = 0,
  blame: "sure" | "possible" = "sure",
): number {
  for (let count = 1; count <= 1000; count++) {
    if (watch.refused(batch, blame, from + (count - 1) * 60_000)) return count;
  }
  throw new Error("never");
}

Deno.test("A batch is poison once it has been refused ten times", () => {
  const watch = new PoisonWatch();
  assert.equal(refusalsUntilPoison(watch, "1"), 10);
  assert.equal(watch.refusals, 10);
});

Deno.test("Refusals are counted for each batch by itself", () => {
  const watch = new PoisonWatch();
  for (let count = 1; count <= 9; count++) assert.ok(!watch.refused("1", "sure", 0));
  assert.equal(refusalsUntilPoison(watch, "2"), 10);
});

Deno.test("A batch that arrives after all begins anew when it comes again", () => {
  const watch = new PoisonWatch();
  for (let count = 1; count <= 9; count++) watch.refused("1", "sure", 0);
  watch.shipped();
  assert.equal(refusalsUntilPoison(watch, "1"), 10);
});

Deno.test("From the fourth in a row on each takes an hour: it is hardly the batch", () => {
  const watch = new PoisonWatch();
  for (const batch of ["1", "2", "3"]) {
    assert.equal(refusalsUntilPoison(watch, batch), 10);
    watch.setAside();
  }
  for (const batch of ["4", "5"]) {
    assert.equal(refusalsUntilPoison(watch, batch, 7 * HOUR), 61);
    watch.setAside();
  }
  watch.shipped();
  assert.equal(refusalsUntilPoison(watch, "6"), 10, "one that arrives ends the row");
});

Deno.test("A batch that is only possibly at fault takes an hour", () => {
  const watch = new PoisonWatch();
  assert.equal(refusalsUntilPoison(watch, "1", 0, "possible"), 61);
});

Deno.test("An hour alone is not enough: there must have been ten attempts", () => {
  const watch = new PoisonWatch();
  for (let count = 1; count <= 9; count++) {
    assert.ok(!watch.refused("1", "possible", count * HOUR));
  }
  assert.ok(watch.refused("1", "possible", 10 * HOUR));
});
