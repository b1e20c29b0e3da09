import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { PRIORITIES } from "../../src/event/priority.ts";
import { type EventLabels, Metrics } from "../../src/telemetry/metrics.ts";
import { eventSeries, labelsOf } from "./events.ts";
import { valueOf } from "./exposition.ts";

const open = (extra: readonly string[] = []): Metrics => {
  const metrics = new Metrics(() => undefined);
  metrics.useEventLabels(extra);
  return metrics;
};

const overflowOf = async (metrics: Metrics) =>
  valueOf((await metrics.scrape()).text, "falco_lake_metric_overflow_events_total");

Deno.test("An event is counted under falcosidekick's seven labels", async () => {
  const metrics = open();
  metrics.eventAccepted(labelsOf({ hostname: "", k8sNamespace: "ns", k8sPod: "pod" }));
  assert.deepEqual(await eventSeries(metrics), [{
    name: "falcosecurity_falcosidekick_falco_events_total",
    labels: {
      hostname: "unknown",
      rule: "A rule",
      priority: "4",
      priority_raw: "warning",
      source: "syscall",
      k8s_ns_name: "ns",
      k8s_pod_name: "pod",
    },
    value: 1,
  }]);
});

Deno.test("priority goes from 8 for Emergency to 1 for Debug", async () => {
  const metrics = open();
  for (const priority of PRIORITIES) metrics.eventAccepted(labelsOf({ priority }));
  assert.deepEqual(
    (await eventSeries(metrics)).map(({ labels }) => [labels["priority"], labels["priority_raw"]]),
    [
      ["8", "emergency"],
      ["7", "alert"],
      ["6", "critical"],
      ["5", "error"],
      ["4", "warning"],
      ["3", "notice"],
      ["2", "informational"],
      ["1", "debug"],
    ],
  );
});

Deno.test("Extra labels follow the seven; a value that is missing is empty", async () => {
  const metrics = open(["cluster", "proc_name"]);
  metrics.eventAccepted(labelsOf({ extra: ["eu", "sh"] }));
  metrics.eventAccepted(labelsOf({ extra: ["us"] }));
  metrics.eventAccepted(labelsOf());
  metrics.eventAccepted(labelsOf({ extra: ["us", "", "beyond"] }));
  const series = await eventSeries(metrics);
  assert.deepEqual(
    series.map(({ labels, value }) => [labels["cluster"], labels["proc_name"], value]),
    [["eu", "sh", 1], ["us", "", 2], ["", "", 1]],
  );
  assert.deepEqual(Object.keys(series[0]!.labels).slice(6), [
    "k8s_pod_name",
    "cluster",
    "proc_name",
  ]);
});

Deno.test("Labels that are named twice are one, with the last value", async () => {
  const metrics = open(["source", "cluster", "cluster", "hostname"]);
  metrics.eventAccepted(labelsOf({ extra: ["custom", "first", "last"] }));
  const { labels } = (await eventSeries(metrics))[0]!;
  assert.equal(Object.keys(labels).length, 8);
  assert.deepEqual([labels["source"], labels["cluster"], labels["hostname"]], [
    "custom",
    "last",
    "",
  ]);
});

Deno.test("Names that JavaScript's objects have are labels like others", async () => {
  const names = ["constructor", "hasOwnProperty", "toString", "valueOf", "le", "_proto_", "value"];
  const metrics = open(names);
  metrics.eventAccepted(labelsOf());
  metrics.eventAccepted(labelsOf({ extra: names }));
  const [first, second] = await eventSeries(metrics);
  assert.deepEqual(names.map((name) => first!.labels[name]), names.map(() => ""));
  assert.deepEqual(names.map((name) => second!.labels[name]), names);
});

Deno.test("Other names begin at 0; the same ones, in whatever order, go on", async () => {
  const metrics = open(["a", "b"]);
  const counted = async () =>
    (await eventSeries(metrics)).map(({ labels: { a, b, c }, value }) => [a, b, c, value]);
  metrics.eventAccepted(labelsOf({ extra: ["1", "2"] }));
  metrics.useEventLabels(["a", "b"]);
  metrics.eventAccepted(labelsOf({ extra: ["1", "2"] }));
  metrics.useEventLabels(["b", "a", "b"]);
  metrics.eventAccepted(labelsOf({ extra: ["", "1", "2"] }));
  assert.deepEqual(await counted(), [["1", "2", undefined, 3]]);
  metrics.useEventLabels(["a", "c"]);
  assert.deepEqual(await counted(), []);
  metrics.eventAccepted(labelsOf({ extra: ["1", "3"] }));
  assert.deepEqual(await counted(), [["1", undefined, "3", 1]]);
  metrics.useEventLabels([]);
  metrics.eventAccepted(labelsOf({ extra: ["1"] }));
  assert.deepEqual(await counted(), [[undefined, undefined, undefined, 1]]);
});

Deno.test("What is no label name is refused, and nothing changes", async () => {
  const metrics = open(["a"]);
  metrics.eventAccepted(labelsOf({ extra: ["1"] }));
  for (const name of ["", "__name__", "__proto__", "k8s.ns", "a-b", "a:b", "1a", "é", "a\n"]) {
    assert.throws(() => metrics.useEventLabels(["b", name]), {
      name: "TypeError",
      message: `${JSON.stringify(name)} is no label name`,
    });
  }
  metrics.eventAccepted(labelsOf({ extra: ["1"] }));
  assert.deepEqual((await eventSeries(metrics)).map(({ value }) => value), [2]);
});

Deno.test("Beyond 2000 series new ones are one, and each of its events is counted as such", async () => {
  const metrics = open(["extra"]);
  for (let at = 0; at < 2500; at++) {
    metrics.eventAccepted(labelsOf({ rule: `Rule ${at % 2250}`, extra: ["x"] }));
  }
  const series = await eventSeries(metrics);
  assert.equal(series.length, 2001);
  const { labels, value } = series.at(-1)!;
  assert.deepEqual([new Set(Object.values(labels)), value], [new Set(["other"]), 250]);
  assert.equal(await overflowOf(metrics), 250);
  assert.equal(series[249]!.value, 2, "a known series goes on");
  metrics.useEventLabels([]);
  metrics.eventAccepted(labelsOf({ rule: "Rule 9999" }));
  assert.equal((await eventSeries(metrics))[0]!.labels["rule"], "Rule 9999");
  assert.equal(await overflowOf(metrics), 250, "the count of those events goes on");
});

Deno.test("An event whose values are all the word other shares the series of the others", async () => {
  const others: EventLabels = {
    hostname: "other",
    rule: "other",
    priority: "Debug",
    source: "other",
    k8sNamespace: "other",
    k8sPod: "other",
    extra: ["other", "other"],
  };
  for (const early of [true, false]) {
    const metrics = open(["priority", "priority_raw"]);
    if (early) metrics.eventAccepted(others);
    for (let at = 0; at < 2001; at++) metrics.eventAccepted(labelsOf({ rule: `Rule ${at}` }));
    metrics.eventAccepted(others);
    const series = await eventSeries(metrics);
    const [rest] = series.filter(({ labels }) => labels["rule"] === "other");
    assert.deepEqual([series.length, rest!.value], early ? [2000, 4] : [2001, 2]);
    assert.equal(await overflowOf(metrics), early ? 2 : 1);
  }
});

Deno.test("Values are cut after 256 characters, never inside one", async () => {
  const metrics = open(["extra"]);
  const [fits, cut] = ["x".repeat(256), `${"x".repeat(255)}🚨`];
  for (const rule of [fits, `${fits}y`, cut]) {
    metrics.eventAccepted(labelsOf({ rule, extra: [`${rule}z`] }));
  }
  assert.deepEqual(
    (await eventSeries(metrics)).map(({ labels, value }) => [
      labels["rule"],
      labels["extra"],
      value,
    ]),
    [[fits, fits, 2], ["x".repeat(255), "x".repeat(255), 1]],
  );
});

Deno.test("What is the same in UTF-8 is one series", async () => {
  const metrics = open();
  for (const rule of ["\ud800", "\udfff", "\ufffd"]) metrics.eventAccepted(labelsOf({ rule }));
  assert.deepEqual(
    (await eventSeries(metrics)).map(({ labels, value }) => [labels["rule"], value]),
    [["\ufffd", 3]],
  );
});

Deno.test("No value passes for two, or for its neighbour's", async () => {
  const metrics = open();
  const pairs = [
    ["a\0b", "c"],
    ["a", "b\0c"],
    ["1:a", ""],
    ["", "1:a"],
    ["1:a1:b", ""],
    ["1:a", "b"],
    ["a", "b,k8s_pod_name:c"],
    ["a,k8s_pod_name:b", "c"],
    ["\ufeffa", "b"],
    ["a", "b"],
  ] as const;
  for (const [k8sNamespace, k8sPod] of pairs) {
    metrics.eventAccepted(labelsOf({ k8sNamespace, k8sPod }));
  }
  assert.deepEqual(
    (await eventSeries(metrics)).map(({ labels, value }) => [
      labels["k8s_ns_name"],
      labels["k8s_pod_name"],
      value,
    ]),
    pairs.map((pair) => [...pair, 1]),
  );
});

Deno.test("prom-client's own key is not forged by a value", async () => {
  const metrics = open();
  // Its key of both: hostname:a,k8s_ns_name:b,k8s_ns_name:c,...
  metrics.eventAccepted(labelsOf({ hostname: "a", k8sNamespace: "b,k8s_ns_name:c" }));
  metrics.eventAccepted(labelsOf({ hostname: "a,k8s_ns_name:b", k8sNamespace: "c" }));
  assert.equal((await eventSeries(metrics)).length, 2);
});

Deno.test("Whatever the values, each event is counted in the series that has them", async () => {
  // Of little variety, so that values meet which differ only in where one ends.
  const value = fc.array(fc.constantFrom("\0", ":", "1"), { maxLength: 3 })
    .map((parts) => parts.join(""));
  const event = fc.record({
    hostname: fc.constantFrom("", "unknown", "h"),
    rule: fc.constantFrom("", '"\\\n', "\r}", "🚨", "\ud83d", "\ufffd"),
    extra: fc.tuple(value, value),
  });
  await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
    const metrics = open(["x", "y"]);
    const expected = new Map<string, number>();
    for (const one of events) {
      metrics.eventAccepted(labelsOf(one));
      const values = [one.hostname || "unknown", one.rule, ...one.extra];
      const key = JSON.stringify(values.map((text) => text.toWellFormed()));
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    const counted = (await eventSeries(metrics)).map(({ labels, value }) =>
      [JSON.stringify(["hostname", "rule", "x", "y"].map((name) => labels[name])), value] as const
    );
    assert.deepEqual(new Map(counted), expected);
  }));
});

Deno.test("A series keeps no more of a long value than it shows", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const metrics = open();
  collectGarbage();
  const before = Deno.memoryUsage().heapUsed;
  for (let at = 0; at < 100; at++) {
    metrics.eventAccepted(labelsOf({ rule: JSON.parse(`"${at} ${"x".repeat(1024 * 1024)}"`) }));
  }
  collectGarbage();
  const kept = Deno.memoryUsage().heapUsed - before;
  assert.ok(kept < 20 * 1024 * 1024, `${kept} bytes`);
  metrics.eventAccepted(labelsOf());
});
