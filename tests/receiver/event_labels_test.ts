import assert from "node:assert/strict";
import fc from "fast-check";
import type {
  CustomField,
  EnrichmentSettings,
  ExtraLabel,
  TemplatedField,
} from "../../src/event/enrichment_settings.ts";
import { metricLabel } from "../../src/event/metric_label.ts";
import { eventSeries } from "../telemetry/events.ts";
import { receiver } from "./receiver.ts";
import { post } from "./request.ts";

const custom = (name: string, value: string): CustomField => ({
  name,
  value,
  label: metricLabel(name),
});
const templated = (name: string, template: string): TemplatedField => ({
  name,
  template,
  label: metricLabel(name),
});
/** As the configuration has them: a name that cannot be a label is left out there. */
const extra = (...fields: readonly string[]): ExtraLabel[] =>
  fields.flatMap((field) => {
    const label = metricLabel(field);
    return label === undefined ? [] : [{ field, label }];
  });

interface Labelling extends Partial<EnrichmentSettings> {
  readonly extraLabels?: readonly ExtraLabel[];
}

const eventText = (outputFields: unknown, members: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    rule: "A rule",
    priority: "Warning",
    time: "2026-01-02T03:04:05Z",
    output_fields: outputFields,
    ...members,
  });

/** The labels of the one series that a scrape shows after this event, and how often it counted. */
async function scrape(settings: Labelling, event: string) {
  const { extraLabels = [], ...enrichment } = settings;
  const { handler, metrics } = receiver({
    enrichment,
    extraLabels,
    limits: { maxbodysize: 100_000, maxdecompressedsize: 100_000 },
  });
  assert.equal((await handler(post(event))).status, 200);
  const series = await eventSeries(metrics);
  assert.deepEqual(series.map(({ value }) => value), [1]);
  return series[0]!.labels;
}

/** The seven that every event has. */
const SEVEN = {
  hostname: "unknown",
  rule: "A rule",
  priority: "4",
  priority_raw: "warning",
  source: "syscall",
  k8s_ns_name: "",
  k8s_pod_name: "",
};

interface Case {
  readonly name: string;
  readonly settings: Labelling;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Besides the seven, or instead of one of them. */
  readonly labels: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    name: "without settings there are the seven",
    settings: {},
    fields: { "proc.name": "sh" },
    labels: {},
  },
  {
    name: "a custom field has its label, with _ for its dots, and wins over the event's own",
    settings: { customfields: [custom("k8s.cluster.name", "prod"), custom("env", "")] },
    fields: { "k8s.cluster.name": "other", env: 5 },
    labels: { k8s_cluster_name: "prod", env: "" },
  },
  {
    name: "a templated field has what its template makes, of custom fields too",
    settings: {
      customfields: [custom("env", "prod")],
      templatedfields: [
        templated("where", '{{ index . "env" }}/{{ index . "proc.name" }}'),
        templated("none", '{{ index . "absent" }}'),
      ],
    },
    fields: { "proc.name": "sh" },
    labels: { env: "prod", where: "prod/sh", none: "<no value>" },
  },
  {
    name: "a template that fails labels with what it had written",
    settings: { templatedfields: [templated("t", 'x{{ index . "proc.name" "y" }}z')] },
    fields: { "proc.name": "sh" },
    labels: { t: "x" },
  },
  {
    name: "an extra label has texts; whatever else the field holds is empty",
    settings: { extraLabels: extra("text", "number", "bool", "null", "list", "object", "absent") },
    fields: { text: "t", number: 5, bool: true, null: null, list: ["a"], object: { a: "b" } },
    labels: { text: "t", number: "", bool: "", null: "", list: "", object: "", absent: "" },
  },
  {
    name: "an extra label is that of the enriched event",
    settings: {
      customfields: [custom("a.b", "custom")],
      templatedfields: [templated("c", "templated")],
      extraLabels: extra("a.b", "c"),
    },
    fields: { "a.b": 1, c: 2 },
    labels: { a_b: "custom", c: "templated" },
  },
  {
    name: "a name that cannot be a label is none, and shifts no other",
    settings: {
      customfields: [custom("a b", "1"), custom("c", "2"), custom("__d", "3")],
      templatedfields: [templated("proc.aname[2]", "4"), templated("e", "5")],
      extraLabels: extra("f-g", "h"),
    },
    fields: { "f-g": "6", h: "7" },
    labels: { c: "2", e: "5", h: "7" },
  },
  {
    name: "of names that become one label the last counts: custom, templated, extra",
    settings: {
      customfields: [custom("a.b", "1"), custom("a_b", "2"), custom("c.d", "3")],
      templatedfields: [templated("c_d", "4"), templated("e.f", "5")],
      extraLabels: extra("e_f", "g_h", "g.h"),
    },
    fields: { "g.h": "6", "g_h": "7" },
    labels: { a_b: "2", c_d: "4", e_f: "", g_h: "6" },
  },
  {
    name: "one of the seven can be set, by its field or its label's name",
    settings: {
      customfields: [custom("k8s.ns.name", "custom"), custom("rule", "mine")],
      extraLabels: extra("source"),
    },
    fields: { "k8s.pod.name": "pod", source: "field" },
    labels: { k8s_ns_name: "custom", k8s_pod_name: "pod", rule: "mine", source: "field" },
  },
  {
    name: "names that objects inherit are absent fields",
    settings: { extraLabels: extra("constructor", "toString", "_") },
    labels: { constructor: "", toString: "", _: "" },
  },
  {
    name: "tags, brackets and the output's form change no label",
    settings: {
      customtags: ["t"],
      bracketreplacer: "_",
      outputfieldformat: "<tags>",
      extraLabels: extra("a_1"),
    },
    fields: { "a[1]": "x" },
    labels: { a_1: "" },
  },
];

for (const { name, settings, fields = {}, labels } of CASES) {
  Deno.test(`falco_events_total: ${name}`, async () => {
    assert.deepEqual(await scrape(settings, eventText(fields)), { ...SEVEN, ...labels });
  });
}

Deno.test("falco_events_total: pod and namespace that are no texts are empty, where falcosidekick panics", async () => {
  const labels = await scrape({}, eventText({ "k8s.ns.name": 5, "k8s.pod.name": ["a"] }));
  assert.deepEqual(labels, SEVEN);
});

Deno.test("falco_events_total counts what is not kept, and nothing that could not be stored", async () => {
  const settings = { customfields: [custom("env", "prod")] };
  const body = `${eventText({})}\n${eventText({}, { priority: "Debug" })}`;
  const kept = receiver({ enrichment: settings, wanted: { minimumPriority: "Error" } });
  await kept.handler(post(body));
  assert.deepEqual(
    (await eventSeries(kept.metrics)).map(({ labels, value }) => [labels["priority"], value]),
    [["4", 1], ["1", 1]],
  );
  assert.deepEqual(kept.stored, []);
  const full = receiver({
    enrichment: settings,
    store: () => Promise.resolve({ kind: "full", reason: "full" }),
  });
  assert.equal((await full.handler(post(body))).status, 503);
  assert.deepEqual(await eventSeries(full.metrics), []);
});

/** falcosidekick's labels of an event, anew from the description (A4 and A5 of our notes). */
function modelOf(
  { customfields, templatedfields, extraLabels }: Required<
    Pick<Labelling, "customfields" | "templatedfields" | "extraLabels">
  >,
  own: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const text = (value: unknown) => typeof value === "string" ? value : "";
  const fields = new Map<string, unknown>(Object.entries(own));
  for (const { name, value } of customfields) fields.set(name, value);
  const labels: Record<string, string> = {
    ...SEVEN,
    k8s_ns_name: text(fields.get("k8s.ns.name")),
    k8s_pod_name: text(fields.get("k8s.pod.name")),
  };
  // Of the templates of this test only one looks at a field.
  const seen = text(fields.get("a.b"));
  for (const { name, template } of templatedfields) {
    fields.set(name, template.startsWith("{{") ? seen : template);
  }
  for (const { name, label } of [...customfields, ...templatedfields]) {
    if (label !== undefined) labels[label] = text(fields.get(name));
  }
  for (const { field, label } of extraLabels) labels[label] = text(fields.get(field));
  return labels;
}

Deno.test("falco_events_total has the labels that falcosidekick would give any event", async () => {
  const name = fc.constantFrom("a.b", "a_b", "a-b", "c", "rule", "k8s.ns.name", "k8s.pod.name");
  const someFields = <T>(value: fc.Arbitrary<T>) =>
    fc.uniqueArray(fc.tuple(name, value), { selector: ([name]) => name, maxLength: 4 });
  const text = fc.constantFrom("", "x", "\\", '"', "\n", "é", "a b");
  const seen = '{{ if eq (printf "%T" (index . "a.b")) "string" }}{{ index . "a.b" }}{{ end }}';
  const template = fc.constantFrom("", "fixed", seen);
  await fc.assert(
    fc.asyncProperty(
      someFields(text),
      someFields(template),
      fc.array(name, { maxLength: 4 }),
      someFields(fc.oneof(text, fc.constantFrom(5, true, null, ["x"]))),
      async (customs, templates, extras, fields) => {
        const settings = {
          customfields: customs.map(([name, value]) => custom(name, value)),
          templatedfields: templates.map(([name, template]) => templated(name, template)),
          extraLabels: extra(...extras),
        };
        const own = Object.fromEntries(fields);
        assert.deepEqual(await scrape(settings, eventText(own)), modelOf(settings, own));
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("A template's label has every digit of a number, as the lake has", async () => {
  const text = eventText({}).replace(
    '"output_fields":{}',
    '"output_fields":{"n":1767323045123456789}',
  );
  const labels = await scrape({ templatedfields: [templated("who", "{{ .n }}")] }, text);
  assert.equal(labels["who"], "1767323045123456789");
});
