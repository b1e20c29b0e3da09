import assert from "node:assert/strict";
import { ClockWatch } from "../../src/lake/clock_watch.ts";
import { captureLog } from "../support/capture_log.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

/** A watch, and answers of an S3 whose clock differs from ours. */
function setup() {
  const log = captureLog();
  const shown: number[] = [];
  const watch = new ClockWatch(log, (seconds) => shown.push(seconds));
  const saw = (ahead: number, more: Readonly<Record<string, string>> = {}) => {
    const date = new Date(NOW - ahead * 1000).toUTCString();
    watch.saw({ headers: { date, ...more }, sent: NOW + 400, received: NOW + 600 });
  };
  return { log, shown, watch, saw };
}

Deno.test("A clock that goes off is told once, and once when it is good again", () => {
  const { log, shown, watch, saw } = setup();
  assert.equal(watch.skew, undefined);
  for (const ahead of [0, 60, 61, 300, 45, 61, 30, 0]) saw(ahead);
  assert.deepEqual(log.lines, [
    "WARN AWS - this host's clock is 61 s ahead of S3's: set it, use NTP; uploads are signed " +
    "with S3's time meanwhile",
    "INFO AWS - this host's clock agrees with S3's again",
  ]);
  assert.deepEqual(shown, [0, 60, 61, 300, 45, 61, 30, 0]);
  saw(-90);
  assert.match(log.lines[2]!, /is 90 s behind S3's/);
  assert.equal(watch.skew, -90);
});

Deno.test("An answer without a date, or from a cache, says nothing about clocks", () => {
  const { log, shown, watch, saw } = setup();
  saw(3_600, { age: "3600" });
  watch.saw({ headers: {}, sent: NOW, received: NOW });
  watch.saw({ headers: { date: "yesterday" }, sent: NOW, received: NOW });
  assert.deepEqual([log.lines, shown, watch.skew], [[], [], undefined]);
});
