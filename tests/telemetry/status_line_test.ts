import assert from "node:assert/strict";
import { statusLine, type StatusLineFacts } from "../../src/telemetry/status_line.ts";

const NOON = Date.parse("2026-11-21T12:00:00.123Z");

const IDLE: StatusLineFacts = {
  buffer: { state: { kind: "ready" }, setAside: { batches: 0, events: 0, bytes: 0 }, events: 0 },
  oldestAge: 0,
  uploads: { lastSuccess: undefined, failures: undefined },
};

const waiting = (events: number, oldestAge: number) =>
  statusLine({ ...IDLE, buffer: { ...IDLE.buffer, events }, oldestAge });

Deno.test("The status line tells what waits, and when the lake last got something", () => {
  assert.equal(statusLine(IDLE), "nothing waits; no upload yet");
  const uploads = { ...IDLE.uploads, lastSuccess: NOON };
  assert.equal(
    statusLine({ ...IDLE, uploads }),
    "nothing waits; last upload 2026-11-21T12:00:00Z",
  );
});

Deno.test("The age of the oldest event is in the unit that people think in", () => {
  assert.equal(waiting(12, 41_600), "12 events wait, the oldest for 42 s; no upload yet");
  assert.equal(waiting(1, 300_000), "1 events wait, the oldest for 5 min; no upload yet");
  assert.equal(waiting(9, 86_400_000), "9 events wait, the oldest for 24 h; no upload yet");
});

Deno.test("What is wrong is told with its reason", () => {
  const state = { kind: "failed", reason: "No space left on device" };
  const failures = {
    attempts: 3,
    since: NOON,
    lastAt: NOON,
    lastError: "AccessDenied",
    nextAttempt: NOON,
  };
  assert.equal(
    statusLine({
      ...IDLE,
      buffer: { ...IDLE.buffer, state },
      uploads: { lastSuccess: undefined, failures },
    }),
    "CANNOT STORE: the buffer is failed: No space left on device; nothing waits; no upload yet; " +
      "UPLOADS FAIL since 2026-11-21T12:00:00Z (3): AccessDenied",
  );
});

Deno.test("No server's answer can forge a message to the service manager, or flood it", () => {
  const lastError = `x\nREADY=1\r\n${"y".repeat(1000)}`;
  const failures = { attempts: 1, since: NOON, lastAt: NOON, lastError, nextAttempt: NOON };
  const line = statusLine({ ...IDLE, uploads: { lastSuccess: undefined, failures } });
  assert.match(line, /: x READY=1 {2}yyy/);
  assert.equal(line.length, 300);
});
