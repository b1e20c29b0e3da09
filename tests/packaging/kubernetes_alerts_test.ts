import assert from "node:assert/strict";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { systemProcessUsage } from "../../src/platform/process_usage.ts";
import { NO_KUSTOMIZE } from "../support/kustomize.ts";
import { configurationOf, only, type PrometheusRule } from "../support/manifest.ts";
import { type AlertTest, checkRules, type Series } from "../support/prometheus_rules.ts";
import { NO_PROMTOOL } from "../support/promtool.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { parseExposition } from "../telemetry/exposition.ts";
import { load } from "../config/support.ts";
import { renderAll } from "./rendered.ts";

const rendered = NO_KUSTOMIZE ? [] : renderAll().filter(({ hasComponents }) => hasComponents);
const ruleOf = (): PrometheusRule => only(rendered[0]!.manifests, "PrometheusRule");
const alertsOf = ({ spec }: PrometheusRule) => spec.groups.flatMap(({ rules }) => rules);

testUnless(NO_KUSTOMIZE, "Alerts ask for metrics and labels that the agent has", async () => {
  const metrics = new Metrics(() => undefined, systemProcessUsage);
  metrics.build({ version: "0.1.0", revision: "", ocsfVersion: "1.1.0" });
  const families = parseExposition((await metrics.scrape()).text);
  for (const { alert, expr, annotations } of alertsOf(ruleOf())) {
    const names = [...expr.matchAll(/\b(?:falco_lake|falcosecurity|process)_\w+/g)];
    assert.ok(names.length > 0 || expr.startsWith("up{"), alert);
    for (const [name] of names) assert.ok(families.has(name), `${alert}: ${name}`);
    const known = new Set(
      names.flatMap(([name]) =>
        families.get(name)!.samples.flatMap((one) => Object.keys(one.labels))
      ),
    );
    const used = [
      ...expr.matchAll(/\{(\w+)=~?"/g),
      ...Object.values(annotations).join(" ").matchAll(/\$labels\.(\w+)/g),
    ];
    for (const [, label] of used) {
      assert.ok(known.has(label!) || ["pod", "job"].includes(label!), `${alert}: ${label}`);
    }
  }
});

testUnless(NO_KUSTOMIZE, "Waiting is alerted about after more than two intervals", () => {
  const { expr } = alertsOf(ruleOf()).find(({ alert }) => alert === "FalcoLakeNotShipping")!;
  const seconds = Number(/> (\d+)$/.exec(expr)![1]);
  for (const { name, manifests } of rendered) {
    const { interval } = load(configurationOf(manifests)).config.aws.securitylake;
    assert.ok(seconds * 1000 > 2 * interval, name);
  }
});

/** Constant for an hour, or rising from the tenth minute on. */
const [NEVER, RISING] = ["0x60", "0x10 1+1x50"];

/** What a healthy agent's scrape holds, by what each alert looks at. */
const HEALTHY: Series = {
  'up{job="falco-lake",pod="a"}': "1x60",
  'falco_lake_build_info{pod="a"}': "1x60",
  'falco_lake_buffer_state{pod="a",state="failed"}': NEVER,
  'falco_lake_buffer_state{pod="a",state="full"}': NEVER,
  'falco_lake_buffer_state{pod="a",state="ready"}': "1x60",
  'falco_lake_buffer_dropped_events_total{pod="a"}': NEVER,
  'falco_lake_buffer_corrupt_events_total{pod="a"}': NEVER,
  'falco_lake_buffer_bytes{pod="a"}': "100x60",
  'falco_lake_buffer_max_bytes{pod="a"}': "1000x60",
  'falco_lake_buffer_oldest_event_age_seconds{pod="a"}': "900x60",
  'falco_lake_upload_retries_total{pod="a",class="network"}': "0x20 1x40",
  'falco_lake_buffer_set_aside_batches{pod="a"}': NEVER,
  'falco_lake_rejected_bodies_total{pod="a",kept="true"}': NEVER,
  'falco_lake_rejected_bodies_total{pod="a",kept="false"}': NEVER,
  'falco_lake_incomplete_events_total{pod="a"}': NEVER,
  'falco_lake_clock_skew_seconds{pod="a"}': "-2x60",
  // 100 days; a test's clock begins at 0.
  'falco_lake_tls_certificate_not_after_timestamp_seconds{pod="a"}': "8640000x120",
  'falco_lake_config_last_reload_successful{pod="a"}': "1x60",
};

/** By alert: what goes wrong, and the labels that it then has. */
const WRONG: Readonly<Record<string, readonly [Series, Readonly<Record<string, string>>]>> = {
  FalcoLakeDown: [{ 'up{job="falco-lake",pod="a"}': "0x60" }, { job: "falco-lake", pod: "a" }],
  FalcoLakeAbsent: [{ 'falco_lake_build_info{pod="a"}': "_x60" }, {}],
  FalcoLakeEventsRefused: [
    { 'falco_lake_buffer_state{pod="a",state="full"}': "1x60" },
    { pod: "a", state: "full" },
  ],
  FalcoLakeEventsDropped: [
    { 'falco_lake_buffer_dropped_events_total{pod="a"}': RISING },
    { pod: "a" },
  ],
  FalcoLakeEventsCorrupt: [
    { 'falco_lake_buffer_corrupt_events_total{pod="a"}': RISING },
    { pod: "a" },
  ],
  FalcoLakeBufferFilling: [{ 'falco_lake_buffer_bytes{pod="a"}': "750x60" }, { pod: "a" }],
  FalcoLakeNotShipping: [
    { 'falco_lake_buffer_oldest_event_age_seconds{pod="a"}': "2800x60" },
    { pod: "a" },
  ],
  FalcoLakeUploadsFail: [
    { 'falco_lake_upload_retries_total{pod="a",class="network"}': RISING },
    { pod: "a", class: "network" },
  ],
  FalcoLakeBatchesSetAside: [
    { 'falco_lake_buffer_set_aside_batches{pod="a"}': "1x60" },
    { pod: "a" },
  ],
  FalcoLakeRequestsRefused: [
    { 'falco_lake_rejected_bodies_total{pod="a",kept="false"}': RISING },
    { pod: "a" },
  ],
  FalcoLakeEventsIncomplete: [
    { 'falco_lake_incomplete_events_total{pod="a"}': RISING },
    { pod: "a" },
  ],
  FalcoLakeClockOff: [{ 'falco_lake_clock_skew_seconds{pod="a"}': "-61x60" }, { pod: "a" }],
  FalcoLakeCertificateExpires: [
    { 'falco_lake_tls_certificate_not_after_timestamp_seconds{pod="a"}': "600000x120" },
    { pod: "a" },
  ],
  FalcoLakeReloadRefused: [
    { 'falco_lake_config_last_reload_successful{pod="a"}': "0x60" },
    { pod: "a" },
  ],
};

testUnless(
  NO_KUSTOMIZE ?? NO_PROMTOOL,
  "Prometheus' own engine: each alert fires for what it is about, and none for a healthy agent",
  async () => {
    await using box = sandbox();
    const rule = ruleOf();
    const names = alertsOf(rule).map(({ alert }) => alert);
    assert.deepEqual(names, Object.keys(WRONG));
    const tests = Object.entries(WRONG).flatMap(([alert, [wrong, labels]]): AlertTest[] => {
      const minute = alert === "FalcoLakeCertificateExpires" ? 70 : 50;
      return [
        { alert, minute, series: HEALTHY, firing: [] },
        { alert, minute, series: { ...HEALTHY, ...wrong }, firing: [labels] },
      ];
    });
    assert.equal(checkRules(rule, tests, box.directory), "");
  },
);
