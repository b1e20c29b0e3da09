import assert from "node:assert/strict";
import { layoutOf } from "../../src/parquet/layout.ts";
import { hasUnlikelyTime } from "../../src/parquet/unlikely_time.ts";

const RECEIVED = "2026-05-01T12:00:00.000Z";

/** Times that events say, and whether those are unlikely. */
const TIMES: readonly [time: string, isUnlikely: boolean][] = [
  ["1969-12-31T23:59:59Z", true],
  ["1970-01-01T00:00:07Z", true],
  ["1975-01-01T00:00:00Z", true],
  ["1979-12-31T23:59:59.999Z", true],
  ["1980-01-01T00:00:00Z", false],
  ["2019-05-01T00:00:00+02:00", false], // a backlog may be old
  [RECEIVED, false],
  ["2026-05-01T14:00:00.000999999+02:00", false],
  ["2026-05-02T12:00:00Z", false],
  ["2026-05-02T12:00:00.001Z", true],
  ["9999-12-31T23:59:59Z", true],
];

const layout = layoutOf("ocsf", { region: "", accountId: "", ocsfVersion: "1.1.0" });

for (const [time, isUnlikely] of TIMES) {
  Deno.test(`${time}, received at ${RECEIVED}, is ${isUnlikely ? "unlikely" : "likely"}`, () => {
    const payload = new TextEncoder().encode(
      JSON.stringify({ time, rule: "R", priority: "Error" }),
    );
    const receivedMicroseconds = Date.parse(RECEIVED) * 1000;
    const row = layout.map({ payload, receivedMicroseconds });
    assert.equal(hasUnlikelyTime(row, receivedMicroseconds), isUnlikely);
  });
}

Deno.test("What is no event says no time", () => {
  const record = { payload: new Uint8Array(3), receivedMicroseconds: Date.parse(RECEIVED) * 1000 };
  assert.ok(!hasUnlikelyTime(layout.map(record), record.receivedMicroseconds));
});
