import assert from "node:assert/strict";
import { type BufferGauges, Metrics } from "../../src/telemetry/metrics.ts";
import { UPLOAD_RETRY_CLASSES } from "../../src/telemetry/upload_metrics.ts";
import { parseExposition, valueOf } from "./exposition.ts";

async function scraped(metrics: Metrics) {
  const { text } = await metrics.scrape();
  return {
    text,
    value: (family: string, labels: Readonly<Record<string, string>> = {}) =>
      valueOf(text, family, labels),
    family: (name: string) => parseExposition(text).get(name)!,
  };
}

const open = (): Metrics => new Metrics(() => undefined);

Deno.test("Counters whose labels are known are there from 0 on", async () => {
  const { family } = await scraped(open());
  const labelled = (name: string) =>
    family(name).samples.map(({ labels, value }) => [...Object.values(labels), value]);
  assert.deepEqual(labelled("falcosecurity_falcosidekick_inputs_total"), [
    ["requests", "accepted", 0],
    ["requests", "rejected", 0],
  ]);
  assert.deepEqual(labelled("falcosecurity_falcosidekick_outputs_total"), [
    ["awssecuritylake", "ok", 0],
    ["awssecuritylake", "error", 0],
  ]);
  assert.deepEqual(labelled("falco_lake_rejected_bodies_total"), [["true", 0], ["false", 0]]);
  assert.deepEqual(
    labelled("falco_lake_upload_retries_total"),
    UPLOAD_RETRY_CLASSES.map((name) => [name, 0]),
  );
  assert.deepEqual(labelled("falco_lake_template_errors_total"), [[0]]);
  assert.deepEqual(labelled("falco_lake_metric_overflow_events_total"), [[0]]);
});

Deno.test("Every name says whose it is, and every family says what it means", async () => {
  const usage = {
    cpuSeconds: () => 1,
    memory: () => ({ residentBytes: 1, heapBytes: 1 }),
    startedAt: 1,
  };
  const metrics = new Metrics(() => undefined, usage);
  const families = [...parseExposition((await metrics.scrape()).text)];
  assert.ok(families.length > 30, String(families.length));
  for (const [name, { type, help }] of families) {
    assert.match(name, /^(falcosecurity_falcosidekick|falco_lake|process)_[a-z_]+$/);
    assert.equal(type === "counter", name.endsWith("_total"), name);
    assert.match(help, /^[A-Z1].+[^.]$/, name);
  }
});

Deno.test("An upload counts its object, its bytes and, when told, its time", async () => {
  const metrics = open();
  metrics.uploaded("awssecuritylake", 5000, 1500);
  metrics.uploaded("awssecuritylake", 70_000);
  metrics.uploadFailed("awssecuritylake");
  metrics.incomplete(2);
  metrics.unlikelyTimes(3);
  metrics.setAside(4);
  metrics.shipped(7, 1_700_000_000_500);
  const { value, family } = await scraped(metrics);
  const outputs = "falcosecurity_falcosidekick_outputs_total";
  assert.deepEqual([value(outputs, { status: "ok" }), value(outputs, { status: "error" })], [2, 1]);
  assert.equal(value("falco_lake_uploaded_bytes_total"), 75_000);
  assert.equal(value("falco_lake_incomplete_events_total"), 2);
  assert.equal(value("falco_lake_unlikely_event_times_total"), 3);
  assert.equal(value("falco_lake_set_aside_events_total"), 4);
  assert.equal(value("falco_lake_uploaded_events_total"), 7);
  assert.equal(value("falco_lake_last_upload_timestamp_seconds"), 1_700_000_000.5);
  const seconds = family("falco_lake_upload_duration_seconds").samples;
  assert.deepEqual(
    seconds.filter(({ labels }) => ["1", "2.5", "+Inf"].includes(labels["le"] ?? "")).map((one) =>
      one.value
    ),
    [0, 1, 1],
  );
  assert.equal(seconds.find(({ name }) => name.endsWith("_sum"))!.value, 1.5);
  const bytes = family("falco_lake_upload_object_bytes").samples;
  assert.deepEqual(bytes.slice(0, 4).map(({ value }) => value), [0, 1, 1, 2]);
});

Deno.test("Encoding and commits are timed in seconds", async () => {
  const metrics = open();
  metrics.encoded(250);
  metrics.committed({ events: 3, milliseconds: 2 });
  const { family } = await scraped(metrics);
  const sum = (name: string) =>
    family(name).samples.find((sample) => sample.name === `${name}_sum`)!.value;
  assert.equal(sum("falco_lake_encode_duration_seconds"), 0.25);
  assert.equal(sum("falco_lake_buffer_commit_duration_seconds"), 0.002);
  assert.equal(sum("falco_lake_buffer_commit_events"), 3);
});

Deno.test("Retries are counted by class", async () => {
  const metrics = open();
  for (const why of ["throttled", "throttled", "clockskew"] as const) metrics.uploadRetried(why);
  const { family } = await scraped(metrics);
  assert.deepEqual(
    family("falco_lake_upload_retries_total").samples.filter(({ value }) => value > 0)
      .map(({ labels, value }) => [labels["class"], value]),
    [["throttled", 2], ["clockskew", 1]],
  );
});

Deno.test("Requests and refused bodies are counted", async () => {
  const metrics = open();
  metrics.requestAccepted();
  metrics.requestRejected();
  metrics.requestRejected();
  metrics.rejectedBody(true);
  const { value } = await scraped(metrics);
  const inputs = "falcosecurity_falcosidekick_inputs_total";
  assert.equal(value(inputs, { status: "accepted" }), 1);
  assert.equal(value(inputs, { status: "rejected" }), 2);
  assert.equal(value("falco_lake_rejected_bodies_total", { kept: "true" }), 1);
});

Deno.test("The build's series is one, that of the last call", async () => {
  const metrics = open();
  const builds = async () => (await scraped(metrics)).family("falco_lake_build_info").samples;
  assert.deepEqual(await builds(), []);
  metrics.build({ version: "0.1.0", revision: "", ocsfVersion: "1.1.0" });
  metrics.build({ version: "0.1.0", revision: "0a1b", ocsfVersion: "1.5.0" });
  assert.deepEqual((await builds()).map(({ labels, value }) => [labels, value]), [
    [{ version: "0.1.0", revision: "0a1b", ocsf_version: "1.5.0" }, 1],
  ]);
});

Deno.test("A reload tells whether it succeeded, and when one last did", async () => {
  const metrics = open();
  const seen = async () => {
    const { value } = await scraped(metrics);
    return [
      value("falco_lake_config_last_reload_successful"),
      value("falco_lake_config_last_reload_success_timestamp_seconds"),
    ];
  };
  assert.deepEqual(await seen(), [1, undefined]);
  metrics.reloaded(false, 1000);
  assert.deepEqual(await seen(), [0, undefined]);
  metrics.reloaded(true, 2500);
  assert.deepEqual(await seen(), [1, 2.5]);
  metrics.reloaded(false, 3000);
  assert.deepEqual(await seen(), [0, 2.5]);
});

Deno.test("The certificate's end is there only when there is one", async () => {
  const metrics = open();
  const seen = async () =>
    (await scraped(metrics)).value("falco_lake_tls_certificate_not_after_timestamp_seconds");
  assert.equal(await seen(), undefined);
  metrics.certificateExpires(1_800_000_000_000);
  assert.equal(await seen(), 1_800_000_000);
  metrics.certificateExpires(undefined);
  metrics.certificateExpires(undefined);
  assert.equal(await seen(), undefined);
});

Deno.test("Failed templates are counted", async () => {
  const metrics = open();
  metrics.templateFailed();
  assert.equal((await scraped(metrics)).value("falco_lake_template_errors_total"), 1);
});

Deno.test("The buffer is asked at every scrape, and may not be there yet", async () => {
  const buffer: { gauges?: BufferGauges } = {};
  const metrics = new Metrics(() => buffer.gauges);
  const seen = async () => {
    const { value, family } = await scraped(metrics);
    return [
      value("falco_lake_buffer_events"),
      value("falco_lake_buffer_bytes"),
      value("falco_lake_buffer_dropped_events_total"),
      value("falco_lake_buffer_dropped_bytes_total"),
      value("falco_lake_buffer_corrupt_total"),
      value("falco_lake_buffer_corrupt_events_total"),
      value("falco_lake_buffer_quarantined_segments"),
      value("falco_lake_buffer_oldest_event_age_seconds"),
      value("falco_lake_buffer_set_aside_batches"),
      value("falco_lake_buffer_set_aside_events"),
      value("falco_lake_buffer_set_aside_bytes"),
      value("falco_lake_buffer_max_bytes"),
      ...family("falco_lake_buffer_state").samples.filter((sample) => sample.value === 1)
        .map(({ labels }) => labels["state"]),
    ];
  };
  assert.deepEqual(await seen(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "recovering"]);
  buffer.gauges = {
    state: { kind: "full" },
    events: 1,
    bytes: 2,
    maxSize: 12,
    droppedEvents: 3,
    droppedBytes: 4,
    corrupt: 5,
    corruptEvents: 6,
    quarantined: 7,
    oldestAge: 8500,
    setAside: { batches: 9, events: 10, bytes: 11 },
  };
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await seen(), [1, 2, 3, 4, 5, 6, 7, 8.5, 9, 10, 11, 12, "full"]);
  }
});
