import assert from "node:assert/strict";
import {
  type HealthFacts,
  readinessOf,
  UPLOAD_PATIENCE,
  type UploadStatus,
} from "../../src/telemetry/health.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 24 * 60 * 60 * 1000;

const NO_UPLOADS: UploadStatus = { lastSuccess: undefined, failures: undefined };

const failing = (since: number): UploadStatus => ({
  lastSuccess: undefined,
  failures: {
    attempts: 3,
    since,
    lastAt: NOW,
    lastError: "AccessDenied 403: no",
    nextAttempt: NOW + 1000,
  },
});

const NOTHING = { batches: 0, events: 0, bytes: 0 };
const ready = { kind: "ready" };
const full = { kind: "full", reason: "it holds 5 bytes" };
const FAILED = "uploads have failed since 2026-11-20T11:59:59.999Z: AccessDenied 403: no";

const CASES: readonly [
  what: string,
  state: HealthFacts["buffer"]["state"],
  uploads: UploadStatus,
  reasons: readonly string[],
][] = [
  ["a new agent", ready, NO_UPLOADS, []],
  ["uploads that succeed", ready, { lastSuccess: NOW - 5 * DAY, failures: undefined }, []],
  ["uploads that fail for a minute", ready, failing(NOW - 60_000), []],
  ["uploads that fail for a day", ready, failing(NOW - DAY), []],
  ["uploads that fail for longer", ready, failing(NOW - DAY - 1), [FAILED]],
  ["a clock that was set back", ready, failing(NOW + DAY), []],
  ["a full buffer", full, NO_UPLOADS, ["the buffer is full: it holds 5 bytes"]],
  ["a buffer in another state", { kind: "closed" }, NO_UPLOADS, ["the buffer is closed"]],
  [
    "a full buffer behind uploads that fail",
    full,
    failing(NOW - DAY - 1),
    ["the buffer is full: it holds 5 bytes", FAILED],
  ],
];

for (const [what, state, uploads, reasons] of CASES) {
  Deno.test(`Readiness with ${what}: ${reasons.length === 0 ? "ready" : "not ready"}`, () => {
    assert.deepEqual(readinessOf({ buffer: { state, setAside: NOTHING }, uploads }, NOW), {
      ready: reasons.length === 0,
      reasons,
      warnings: [],
    });
  });
}

Deno.test("What is set aside is a warning, and no reason to send Falco elsewhere", () => {
  const warned = (batches: number) => {
    const buffer = { state: ready, setAside: { batches, events: 7, bytes: 9 } };
    return readinessOf({ buffer, uploads: NO_UPLOADS }, NOW);
  };
  const ending = "7 events at most: see falco-lake buffer ls";
  assert.deepEqual(warned(1), {
    ready: true,
    reasons: [],
    warnings: [`1 batch is set aside because the lake refused it, ${ending}`],
  });
  assert.deepEqual(warned(2).warnings, [
    `2 batches are set aside because the lake refused them, ${ending}`,
  ]);
});

Deno.test("Uploads may fail for a day: so long the buffer keeps what Falco would lose", () => {
  assert.equal(UPLOAD_PATIENCE, DAY);
});
