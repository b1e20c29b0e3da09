import assert from "node:assert/strict";
import { RepeatedFailures } from "../../src/lake/repeated_failures.ts";

Deno.test("A failure is worth a line when it is new, and every ten minutes while it stays", () => {
  const failures = new RepeatedFailures();
  const lines: string[] = [];
  const say = (reason: string, now: number) => {
    if (failures.isWorthALine(reason, now)) lines.push(`${reason} ${now}`);
  };
  for (let now = 0; now <= 1_200_000; now += 60_000) say("down", now);
  say("denied", 1_200_001);
  say("denied", 1_200_002);
  assert.deepEqual(lines, [
    "down 0",
    "down 600000",
    "down 1200000",
    "denied 1200001",
  ]);
});

Deno.test("Failures that take turns are a line each, not one at every turn", () => {
  const failures = new RepeatedFailures();
  const lines: string[] = [];
  for (let now = 0; now < 1_200_000; now += 30_000) {
    const reason = now % 60_000 === 0 ? "write EPIPE" : "socket hang up";
    if (failures.isWorthALine(reason, now)) lines.push(`${reason} ${now}`);
  }
  assert.deepEqual(lines, [
    "write EPIPE 0",
    "socket hang up 30000",
    "write EPIPE 600000",
    "socket hang up 630000",
  ]);
});

Deno.test("After a success the next failure is new, and the success is worth a line if one was said", () => {
  const failures = new RepeatedFailures();
  assert.equal(failures.end(), false);
  assert.equal(failures.isWorthALine("down", 0), true);
  assert.equal(failures.end(), true);
  assert.equal(failures.end(), false);
  assert.equal(failures.isWorthALine("down", 1), true);
});
