import assert from "node:assert/strict";
import { clockSkew } from "../../src/lake/clock_skew.ts";

const DATE = "Sat, 21 Nov 2026 12:00:00 GMT";
const NOON = Date.UTC(2026, 10, 21, 12);

Deno.test("clockSkew() is in seconds, positive when our clock is ahead", () => {
  assert.equal(clockSkew(DATE, NOON + 300_000, NOON + 301_000), 300);
  assert.equal(clockSkew(DATE, NOON - 400_000, NOON - 399_000), -400);
});

Deno.test("clockSkew() takes the cut-off second and the way there for no skew", () => {
  for (const [sent, received] of [[0, 0], [0, 999], [900, 1000], [-100, 900]] as const) {
    assert.equal(clockSkew(DATE, NOON + sent, NOON + received), 0);
  }
});

Deno.test("clockSkew() is unknown without a date", () => {
  assert.equal(clockSkew(undefined, 0, 0), undefined);
  assert.equal(clockSkew("yesterday", 0, 0), undefined);
});
