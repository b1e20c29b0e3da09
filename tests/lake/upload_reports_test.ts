import assert from "node:assert/strict";
import { type AttemptFailure, UploadReports } from "../../src/lake/upload_reports.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { captureLog } from "../support/capture_log.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { fixedRandom } from "../support/open_buffer.ts";

const FAILURE: AttemptFailure = {
  class: "network",
  text: "ECONNREFUSED: connect ECONNREFUSED 52.218.1.1:443",
  hint: "nothing listens there",
  location: "s3://bucket",
  waiting: 5,
  isLast: false,
};

function setup() {
  const log = captureLog();
  const metrics = new Metrics(() => undefined);
  const clock = new ManualClock(0);
  const reports = new UploadReports({ clock, random: fixedRandom, log, metrics });
  return { reports, lines: log.lines };
}

Deno.test("A failure that names another address each time is said once; /status has the last one", () => {
  const { reports, lines } = setup();
  reports.failed(FAILURE);
  reports.failed({ ...FAILURE, text: "ECONNREFUSED: connect ECONNREFUSED 52.218.2.2:443" });
  assert.equal(lines.length, 1);
  assert.match(reports.status.failures!.lastError, /52\.218\.2\.2/);
  assert.equal(reports.status.failures!.attempts, 2);
});

Deno.test("A failure of another kind, or without a hint of another text, is said", () => {
  const { reports, lines } = setup();
  reports.failed(FAILURE);
  reports.failed({ ...FAILURE, class: "access", hint: "look at the policy" });
  reports.failed({ ...FAILURE, location: "s3://other" });
  reports.failed({ ...FAILURE, text: "ECONNRESET: read ECONNRESET" });
  reports.failed({ ...FAILURE, class: "server", text: "InternalError 500: a", hint: "" });
  reports.failed({ ...FAILURE, class: "server", text: "ServiceUnavailable 503: b", hint: "" });
  assert.equal(lines.length, 6);
});

Deno.test("The last attempt of a run is always said", () => {
  const { reports, lines } = setup();
  reports.failed(FAILURE);
  reports.failed({ ...FAILURE, isLast: true });
  assert.equal(lines.length, 2);
  assert.match(lines[1]!, /5 events wait on disk, for the next start$/);
});
