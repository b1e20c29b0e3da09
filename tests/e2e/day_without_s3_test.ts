import assert from "node:assert/strict";
import { dayWithoutS3 } from "../../scripts/outage/day_without_s3.ts";
import { BINARY, sandbox } from "../support/sandbox.ts";

Deno.test("A day without S3, scaled down: one line in the log, then all of it arrives once, oldest first", async () => {
  await using box = sandbox();
  const lines: string[] = [];
  const events = 6000;
  const result = await dayWithoutS3({
    events,
    rate: events / 86_400,
    batchSize: 500,
    directory: box.directory,
    binary: BINARY,
    report: (line) => lines.push(line),
  });
  assert.deepEqual(result.violations, [], lines.join("\n"));
  assert.deepEqual(Object.keys(result.objects), ["20261120", "20261121"]);
  assert.ok(result.attempts >= 1);
  assert.equal(result.lines, 1, "what stays the same is said once");
  const { outage, drain } = result.memory;
  for (const { min, max, samples } of [outage, drain]) assert.ok(samples > 0 && min <= max);
  assert.ok(result.latency.probes > 0);
  assert.match(lines.join("\n"), /^50 %: 3000 events waiting on disk, \d+ MiB$/m);
});
