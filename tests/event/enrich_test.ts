import assert from "node:assert/strict";
import fc from "fast-check";
import { enrichment } from "../../src/event/enrich.ts";
import type { CustomField, TemplatedField } from "../../src/event/enrichment_settings.ts";
import type { EnrichmentSettings } from "../../src/event/enrichment_settings.ts";
import type { FalcoEvent, FieldValue } from "../../src/event/falco_event.ts";
import { parseEvent } from "../../src/event/parse.ts";
import { arbitraryEvent } from "../ocsf/arbitrary_event.ts";
import { NO_ENRICHMENT } from "../receiver/receiver.ts";

const enrichWith = (settings: Partial<EnrichmentSettings>) =>
  enrichment({ ...NO_ENRICHMENT, ...settings });

const custom = (name: string, value: string): CustomField => ({ name, value, label: undefined });
const templated = (name: string, template: string): TemplatedField => ({
  name,
  template,
  label: undefined,
});

const eventOf = (members: Partial<FalcoEvent> = {}): FalcoEvent => ({
  uuid: undefined,
  rule: "R",
  priority: "Warning",
  time: { text: "2026-01-02T03:04:05Z", milliseconds: 1_767_323_045_000 },
  output: "03:04:05.123456789: Warning A shell",
  outputFields: { "proc.name": "sh", "proc.pid": 7 },
  source: "syscall",
  tags: [],
  hostname: "node-1",
  ...members,
});

/** The fields that an event with these fields gets. */
function fieldsOf(
  settings: Partial<EnrichmentSettings>,
  outputFields: FalcoEvent["outputFields"] = {},
): Record<string, FieldValue> {
  const { event, failures } = enrichWith(settings)(eventOf({ outputFields }));
  assert.deepEqual(failures, []);
  return { ...event.outputFields };
}

/** Events as the receiver accepts them, numbers with all their digits. */
const event = arbitraryEvent.map(({ text }) => {
  const result = parseEvent(text, "exact");
  if (!result.ok) throw new Error(result.reason);
  return result.event;
});

const NAMES = ["proc.name", "a", "a[1]", "a[2]", "a_1", "__proto__", "constructor", "k8s.ns.name"];
const name = fc.constantFrom(...NAMES);
const TEMPLATES = [
  "text",
  "",
  '{{ index . "a" }}',
  '{{ or (index . "proc.name") "none" }}',
  "{{ range . }}{{ . }},{{ end }}",
  "x{{ index . 1 }}y",
  '{{ index . "a" 2 }}',
];

const settings: fc.Arbitrary<EnrichmentSettings> = fc.record({
  customfields: fc.uniqueArray(fc.tuple(name, fc.string({ unit: "binary" })), {
    selector: ([name]) => name,
    maxLength: 4,
  }).map((fields) => fields.map(([name, value]) => custom(name, value))),
  customtags: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
  templatedfields: fc.uniqueArray(fc.tuple(name, fc.constantFrom(...TEMPLATES)), {
    selector: ([name]) => name,
    maxLength: 4,
  }).map((fields) => fields.map(([name, template]) => templated(name, template))),
  bracketreplacer: fc.constantFrom("", "_", "[", "]", "$&"),
  outputfieldformat: fc.constantFrom("", "<output> <tags>", "<custom_fields> <templated_fields>"),
});

Deno.test("Without settings an event's tags are sorted, and nothing else happens", () => {
  fc.assert(fc.property(event, (event) => {
    const enrich = enrichWith({});
    assert.deepStrictEqual(enrich(event), {
      event: { ...event, tags: event.tags.toSorted() },
      failures: [],
    });
    assert.equal(enrich.changesFields, false);
    assert.equal(enrich.rename("a[1]"), "a[1]");
  }));
});

Deno.test("Any settings enrich any event without an exception, the same way each time, and leave it as it was", () => {
  fc.assert(
    fc.property(settings, event, (settings, event) => {
      const before = structuredClone(event);
      const enrich = enrichment(settings);
      const once = enrich(frozen(event));
      assert.deepStrictEqual(event, before);
      assert.deepStrictEqual(enrich(event), once);
      assert.deepStrictEqual(enrichment(structuredClone(settings))(event), once);
      const { tags: _tags, outputFields: _fields, output: _output, ...rest } = once.event;
      const { tags: _, outputFields: __, output: ___, ...restBefore } = before;
      assert.deepStrictEqual(rest, restBefore);
    }),
    { numRuns: 1000 },
  );
});

/** With everything in it, too. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

Deno.test("A custom field wins over the event's own, a templated one over both, all others stay", () => {
  fc.assert(
    fc.property(settings, event, (settings, event) => {
      const { event: enriched } = enrichment(settings)(event);
      const fields = enriched.outputFields;
      const customs = new Map(settings.customfields.map(({ name, value }) => [name, value]));
      const templates = new Set(settings.templatedfields.map(({ name }) => name));
      for (const name of templates) assert.equal(typeof fields[name], "string", name);
      for (const [name, value] of customs) {
        if (!templates.has(name)) assert.equal(fields[name], value, name);
      }
      const own = Object.keys(event.outputFields);
      for (const name of own) {
        if (templates.has(name) || customs.has(name)) continue;
        assert.deepStrictEqual(fields[name], event.outputFields[name], name);
      }
      const names = new Set([...own, ...customs.keys(), ...templates]);
      assert.deepEqual(Object.keys(fields).sort(), [...names].sort());
    }),
    { numRuns: 1000 },
  );
});

Deno.test("A template sees the event's fields and the custom ones, but no other templated one", () => {
  const settings = {
    customfields: [custom("env", "prod"), custom("proc.name", "custom")],
    templatedfields: [
      templated("first", '{{ index . "env" }}/{{ index . "proc.name" }}/{{ index . "proc.pid" }}'),
      templated("second", '{{ index . "first" }}'),
      templated("env", '{{ index . "env" }}-1'),
      templated("third", '{{ index . "env" }}'),
    ],
  };
  assert.deepEqual(fieldsOf(settings, { "proc.name": "sh", "proc.pid": 7 }), {
    "proc.name": "custom",
    "proc.pid": 7,
    env: "prod-1",
    first: "prod/custom/7",
    second: "<no value>",
    third: "prod",
  });
});

Deno.test("A template has every digit of an integer beyond 2^53", () => {
  const template = templated("t", '{{ index . "evt.time" }}');
  const { t } = fieldsOf({ templatedfields: [template] }, { "evt.time": 1767323045123456789n });
  assert.equal(t, "1767323045123456789");
});

Deno.test("A template that fails leaves what it had written, is named with the reason, and stops no other", () => {
  const { event, failures } = enrichWith({
    templatedfields: [
      templated("bad", 'before {{ index . "proc.name" "x" }} after'),
      templated("good", "text"),
    ],
  })(eventOf());
  assert.equal(event.outputFields["bad"], "before ");
  assert.equal(event.outputFields["good"], "text");
  assert.deepEqual(failures.map(({ field }) => field), ["bad"]);
  assert.ok(failures[0]!.reason.length > 0);
});

Deno.test("Fields may have the names that objects inherit", () => {
  const { event } = enrichWith({
    customfields: [custom("__proto__", "1"), custom("toString", "2")],
    templatedfields: [templated("constructor", '{{ index . "__proto__" }}')],
  })(eventOf({ outputFields: {} }));
  assert.deepEqual(Object.entries(event.outputFields), [
    ["__proto__", "1"],
    ["toString", "2"],
    ["constructor", "1"],
  ]);
});

Deno.test("Custom tags stand among the event's own, sorted, repeated ones too", () => {
  const cases: readonly [own: readonly string[], custom: readonly string[], all: string[]][] = [
    [[], [], []],
    [["b", "a"], [], ["a", "b"]],
    [[], ["z", "y"], ["y", "z"]],
    [["shell", "T1059"], ["prod", "T1059"], ["T1059", "T1059", "prod", "shell"]],
    [["a10", "a9", "B"], ["", "é"], ["", "B", "a10", "a9", "é"]],
  ];
  for (const [tags, customtags, all] of cases) {
    const enrich = enrichWith({ customtags });
    assert.deepEqual(enrich(eventOf({ tags })).event.tags, all);
    assert.equal(enrich.changesFields, false);
  }
});

Deno.test("The output is formatted with the custom and templated fields and the sorted tags", () => {
  const { event } = enrichWith({
    customfields: [custom("env", "prod"), custom("team", "a")],
    customtags: ["a"],
    templatedfields: [templated("t", '{{ index . "env" }}!')],
    outputfieldformat:
      "<priority> at <timestamp>: <output> (<custom_fields>|<templated_fields>|<tags>)",
  })(eventOf({ tags: ["b"] }));
  assert.equal(
    event.output,
    "Warning at 03:04:05.123456789: A shell (env=prod team=a|t=prod!|a,b)",
  );
});

Deno.test("changesFields says whether more happens than to tags", () => {
  const cases: readonly [Partial<EnrichmentSettings>, boolean][] = [
    [{ customtags: ["a"] }, false],
    [{ bracketreplacer: "_" }, false],
    [{ customfields: [custom("a", "")] }, true],
    [{ templatedfields: [templated("a", "")] }, true],
    [{ outputfieldformat: "<output>" }, true],
  ];
  for (const [settings, expected] of cases) {
    assert.equal(enrichWith(settings).changesFields, expected, JSON.stringify(settings));
  }
});

Deno.test("A name with [ loses its ] and has the replacer for every [; others stay, and so do the fields", () => {
  const cases: readonly [replacer: string, field: string, renamed: string][] = [
    ["_", "proc.aname[2]", "proc.aname_2"],
    ["_", "a[1][2]b", "a_1_2b"],
    ["_", "]a[", "a_"],
    ["_", "a]", "a]"],
    ["_", "proc.name", "proc.name"],
    ["", "proc.aname[2]", "proc.aname[2]"],
    ["$&$1", "a[1]", "a$&$11"],
    ["[", "a[1]", "a[1"],
    ["::", "[[", "::::"],
  ];
  for (const [bracketreplacer, field, renamed] of cases) {
    const enrich = enrichWith({ bracketreplacer });
    assert.equal(enrich.rename(field), renamed, `${field} with ${bracketreplacer}`);
    const { outputFields } = enrich(eventOf({ outputFields: { [field]: 1 } })).event;
    assert.deepEqual({ ...outputFields }, { [field]: 1 });
  }
});

Deno.test("A renamed name stays as it is when the replacer has no bracket", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ".", "_", "[", "]", "$", "é") });
  fc.assert(fc.property(text, text, (field, replacer) => {
    fc.pre(!replacer.includes("["));
    const { rename } = enrichWith({ bracketreplacer: replacer });
    const once = rename(field);
    assert.equal(rename(once), once);
    if (replacer !== "") assert.ok(!once.includes("["), once);
  }));
});
