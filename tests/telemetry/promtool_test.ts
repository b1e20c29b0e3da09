import assert from "node:assert/strict";
import { systemProcessUsage } from "../../src/platform/process_usage.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { checkMetrics, NO_PROMTOOL } from "../support/promtool.ts";
import { testUnless } from "../support/skip.ts";
import { labelsOf } from "./events.ts";
import { parseExposition } from "./exposition.ts";

const HOSTILE = [
  '"quoted"',
  "\\",
  '\\"',
  "\\n",
  "two\nlines",
  "\r",
  "\0",
  "🚨",
  "\ud83d",
  "\udea8",
  "\ufeff",
  "\u2028",
  '"} 1\n# TYPE x counter',
  "x".repeat(300),
  `${"x".repeat(255)}🚨`,
];

testUnless(
  NO_PROMTOOL,
  "promtool reads a scrape with whatever labels, and has no complaint",
  async () => {
    const metrics = new Metrics(() => undefined, systemProcessUsage);
    metrics.useEventLabels(["cluster", "constructor", "source"]);
    for (const text of HOSTILE) {
      metrics.eventAccepted(labelsOf({ hostname: text, rule: text, extra: [text, text, text] }));
      metrics.eventAccepted(labelsOf({ k8sNamespace: text, k8sPod: text }));
    }
    metrics.build({ version: "0.1.0", revision: "", ocsfVersion: "1.1.0" });
    metrics.uploaded("awssecuritylake", 1000, 20);
    metrics.encoded(20);
    metrics.committed({ events: 3, milliseconds: 0.5 });
    const { text } = await metrics.scrape();
    parseExposition(text);
    assert.deepEqual(await checkMetrics(text), { code: 0, complaints: [] });
  },
);

testUnless(NO_PROMTOOL, "promtool reads a scrape in which all that can be missing is", async () => {
  const { text } = await new Metrics(() => undefined).scrape();
  assert.deepEqual(await checkMetrics(text), { code: 0, complaints: [] });
});

testUnless(NO_PROMTOOL, "promtool and our parser see the same faults", async () => {
  const head = "# HELP a_total Help\n# TYPE a_total counter\n";
  const faults = [
    `${head}a_total{x="1",x="2"} 1\n`,
    `${head}a_total{x="\n"} 1\n`,
    `${head}a_total{x="\\x"} 1\n`,
    `${head}a_total{x-y="1"} 1\n`,
    `${head}a_total one\n`,
    `${head}${head}a_total 1\n`,
    `${head}a_total 1`,
  ];
  for (const fault of faults) {
    assert.throws(() => parseExposition(fault), fault);
    assert.notDeepEqual(await checkMetrics(fault), { code: 0, complaints: [] }, fault);
  }
});
