import assert from "node:assert/strict";
import { type StatusFacts, statusOf } from "../../src/telemetry/status.ts";
import { frozenClock } from "../support/open_buffer.ts";

const NOW = frozenClock.now();

const FACTS: StatusFacts = {
  version: "1.2.3",
  commit: "0a1b",
  started: NOW - 3_600_000,
  buffer: {
    state: { kind: "ready" },
    logId: "0123456789abcdef0123456789abcdef",
    events: 3,
    bytes: 1500,
    last: 10,
    acknowledged: 7,
    droppedEvents: 2,
    corruptEvents: 1,
    quarantined: 4,
    setAside: { batches: 0, events: 0, bytes: 0 },
  },
  uploads: { lastSuccess: undefined, failures: undefined },
  oldestAge: 12_345,
  clockSkew: undefined,
};

const EXPECTED = {
  version: "1.2.3",
  commit: "0a1b",
  started: "2026-11-21T11:00:00.000Z",
  now: "2026-11-21T12:00:00.000Z",
  clockSkewSeconds: null,
  ready: true,
  reasons: [],
  warnings: [],
  buffer: {
    state: "ready",
    reason: null,
    logId: "0123456789abcdef0123456789abcdef",
    events: 3,
    bytes: 1500,
    oldestEventAgeSeconds: 12.345,
    lastSequence: 10,
    acknowledgedSequence: 7,
    droppedEvents: 2,
    corruptEvents: 1,
    quarantinedSegments: 4,
    setAside: { batches: 0, events: 0, bytes: 0 },
  },
  uploads: { lastSuccess: null, failures: null },
};

Deno.test("The status of a new agent: null for what never was", () => {
  assert.deepEqual(statusOf(FACTS, frozenClock), EXPECTED);
});

Deno.test("The status of an agent in trouble says how long, why, and what comes next", () => {
  const failures = {
    attempts: 40,
    since: NOW - 90_000_000,
    lastAt: NOW - 10_000,
    lastError: "NoSuchBucket 404: x",
    nextAttempt: NOW + 50_000,
  };
  const state = { kind: "failed", reason: "EIO" };
  const facts = {
    ...FACTS,
    buffer: { ...FACTS.buffer, state },
    uploads: { lastSuccess: 0, failures },
  };
  assert.deepEqual(statusOf(facts, frozenClock), {
    ...EXPECTED,
    ready: false,
    reasons: [
      "the buffer is failed: EIO",
      "uploads have failed since 2026-11-20T11:00:00.000Z: NoSuchBucket 404: x",
    ],
    buffer: { ...EXPECTED.buffer, state: "failed", reason: "EIO" },
    uploads: {
      lastSuccess: "1970-01-01T00:00:00.000Z",
      failures: {
        attempts: 40,
        since: "2026-11-20T11:00:00.000Z",
        lastAt: "2026-11-21T11:59:50.000Z",
        lastError: "NoSuchBucket 404: x",
        nextAttempt: "2026-11-21T12:00:50.000Z",
      },
    },
  });
});

Deno.test("The status is JSON, and the same there", () => {
  const status = statusOf(
    { ...FACTS, uploads: { lastSuccess: NOW, failures: undefined } },
    frozenClock,
  );
  assert.deepEqual(JSON.parse(JSON.stringify(status)), status);
});
