import assert from "node:assert/strict";
import fc from "fast-check";
import { enrichment } from "../../src/event/enrich.ts";
import type { EnrichmentSettings } from "../../src/event/enrichment_settings.ts";
import { mapToFalcosidekick } from "../../src/ocsf/falcosidekick.ts";
import { type MappingContext, mapRecord } from "../../src/ocsf/map.ts";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import { OCSF_VERSIONS } from "../../src/ocsf/version.ts";
import { NO_ENRICHMENT } from "../receiver/receiver.ts";
import { corpusEvents, loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";
import { arbitraryEvent } from "./arbitrary_event.ts";
import { FULL_EVENTS } from "./full_events.ts";
import { bytes, CLOUD, eventText, NO_CLOUD, RECEIVED_MICROSECONDS } from "./support.ts";

type Settings = Partial<EnrichmentSettings>;

const custom = (fields: Readonly<Record<string, string>>): EnrichmentSettings["customfields"] =>
  Object.entries(fields).map(([name, value]) => ({ name, value, label: undefined }));
const templated = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, template]) => ({ name, template, label: undefined }));

const enrichWith = (settings: Settings) => enrichment({ ...NO_ENRICHMENT, ...settings });
const recordOf = (text: string) => ({
  payload: bytes(text),
  receivedMicroseconds: RECEIVED_MICROSECONDS,
});

const findingOf = (text: string, settings: Settings, context: Partial<MappingContext> = {}) =>
  mapRecord(recordOf(text), { ...NO_CLOUD, ...context, enrich: enrichWith(settings) });
const rowOf = (text: string, settings: Settings, rawData = true) =>
  mapToFalcosidekick(recordOf(text), { rawData, enrich: enrichWith(settings) });

/** Names and values of the observables of falcosidekick's schema. */
const observablesOf = (text: string, settings: Settings) =>
  Object.fromEntries(rowOf(text, settings).observables.map(({ name, value }) => [name, value]));

/** All of the settings at once. */
const ALL: EnrichmentSettings = {
  customfields: custom({
    env: "prod",
    "k8s.cluster.name": "eu-1",
    "proc.name": "custom",
    "a[1]": "x",
  }),
  customtags: ["team-a", "mitre_execution"],
  templatedfields: templated({
    who: '{{ or (index . "user.name") "nobody" }}@{{ index . "env" }}',
    "container.image.repository": 'mirror/{{ index . "container.image.repository" }}',
    broken: 'x{{ index . "env" "y" }}',
  }),
  bracketreplacer: "_",
  outputfieldformat: "<priority>: <output> (<custom_fields> <templated_fields> <tags>)",
};

Deno.test("a custom or templated field with a name of Falco's has its typed attribute", () => {
  const text = eventText({ output_fields: { "container.id": "c1", "proc.name": "sh" } });
  const { evidences, resources, unmapped } = findingOf(text, {
    customfields: custom({
      "container.image.repository": "registry/app",
      "proc.name": "custom",
      "k8s.pod.name": "pod",
      "proc.pid": "42",
    }),
    templatedfields: templated({ "user.name": 'root-{{ index . "proc.name" }}' }),
  });
  const process = evidences?.[0]?.process;
  assert.equal(process?.name, "custom");
  assert.equal(process?.pid, 42);
  assert.equal(process?.user?.name, "root-custom");
  assert.equal(process?.container?.image?.name, "registry/app");
  assert.deepEqual(resources, [{ type: "k8s.pod", name: "pod" }]);
  assert.equal(unmapped, undefined);
});

Deno.test("any other custom or templated field is unmapped, beside the event's own", () => {
  const text = eventText({ output_fields: { "own.field": 1 } });
  const { unmapped } = findingOf(text, {
    // OCSF has no attribute for a cluster's name.
    customfields: custom({ env: "prod", "k8s.cluster.name": "eu-1", "__proto__": "p" }),
    templatedfields: templated({ t: '{{ index . "env" }}!', empty: "" }),
  });
  assert.deepEqual(Object.entries(unmapped ?? {}), [
    ["own.field", "1"],
    ["env", "prod"],
    ["k8s.cluster.name", "eu-1"],
    ["t", "prod!"],
  ]);
});

Deno.test("a custom field of Falco's name that is no value there is unmapped", () => {
  const { evidences, unmapped } = findingOf(eventText(), {
    customfields: custom({ "proc.pid": "many", "proc.name": "sh" }),
  });
  assert.equal(evidences?.[0]?.process?.name, "sh");
  assert.deepEqual(unmapped, { "proc.pid": "many" });
});

Deno.test("custom tags are labels, and bring what a tag brings", () => {
  const text = eventText({ tags: ["shell"] });
  const { metadata, finding_info } = findingOf(text, {
    customtags: ["team-a", "T1059", "maturity_mine"],
  });
  assert.deepEqual(metadata.labels, ["T1059", "maturity_mine", "shell", "team-a"]);
  assert.equal(finding_info.analytic?.category, "maturity_mine");
  assert.equal(finding_info.attacks?.[0]?.technique?.uid, "T1059");
});

Deno.test("the output is formatted in the message and the description", () => {
  const text = eventText({ output: "03:04:05.123456789: Error A shell", tags: ["b", "a"] });
  const settings = { outputfieldformat: "<output> (<priority>, <tags>)" };
  const { message, finding_info } = findingOf(text, settings);
  assert.deepEqual([message, finding_info.desc], Array(2).fill("A shell (Error, a,b)"));
  assert.equal(rowOf(text, settings).finding.desc, "A shell (Error, a,b)");
});

Deno.test("raw_data and uid are those of the received bytes, and a sender's uuid stays", () => {
  const uuid = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";
  for (const members of [{}, { uuid }]) {
    const text = ` ${eventText({ ...members, output_fields: { "proc.name": "sh" } })}\n`;
    const plain = mapRecord(recordOf(text), NO_CLOUD);
    const finding = findingOf(text, ALL);
    assert.equal(finding.raw_data, text);
    assert.equal(finding.metadata.uid, plain.metadata.uid);
    assert.equal(finding.finding_info.uid, plain.finding_info.uid);
    const row = rowOf(text, ALL);
    assert.equal(row.raw_data, text);
    assert.equal(row.finding.uid, plain.metadata.uid);
  }
});

Deno.test("brackets are replaced in unmapped alone: proc.aname[2] still is an ancestor", () => {
  const fields = { "proc.name": "sh", "proc.aname[2]": "systemd", "x[1][2]": "y", "z]": 1 };
  const text = eventText({ output_fields: fields });
  const settings = { bracketreplacer: "_" };
  const { evidences, unmapped } = findingOf(text, settings);
  assert.deepEqual(evidences?.[0]?.process?.lineage, ["systemd", "sh"]);
  assert.deepEqual(unmapped, { "x_1_2": "y", "z]": "1" });
  const later = findingOf(text, settings, { ocsfVersion: "1.4.0" });
  assert.deepEqual(later.evidences?.[0]?.process?.ancestry, [{ name: "systemd" }]);
});

Deno.test("names made equal by the replacer are kept apart in unmapped", () => {
  const text = eventText({ output_fields: { "a_1": "1", "a[1]": "2", "a[1": "3" } });
  assert.deepEqual(findingOf(text, { bracketreplacer: "_" }).unmapped, {
    "a_1": "1",
    "a_1_1": "2",
    "a_1_2": "3",
  });
});

Deno.test("falcosidekick's schema has every custom and templated field among its observables, brackets replaced", () => {
  const text = eventText({
    hostname: "node-1",
    output_fields: { "proc.aname[2]": "systemd", "evt.time": 1767323045123456789n.toString() },
  });
  assert.deepEqual(
    observablesOf(text, {
      customfields: custom({ env: "prod", "a[1]": "x" }),
      templatedfields: templated({ t: '{{ index . "env" }}!' }),
      bracketreplacer: "_",
    }),
    {
      hostname: "node-1",
      "proc.aname_2": "systemd",
      "evt.time": "1767323045123456789",
      env: "prod",
      "a_1": "x",
      t: "prod!",
    },
  );
});

Deno.test("integers beyond 2^53 have every digit, in templates and beside them, in both schemas", () => {
  const fields = '{"evt.time":1767323045123456789,"big":9007199254740993,"evt.num":5}';
  const text = eventText({ output_fields: {} }).replace("{}", fields);
  const settings = {
    templatedfields: templated({ t: '{{ index . "evt.time" }} {{ index . "big" }}' }),
  };
  const t = "1767323045123456789 9007199254740993";
  assert.deepEqual(findingOf(text, settings).unmapped, { big: "9007199254740993", t });
  assert.deepEqual(observablesOf(text, settings), {
    "evt.time": "1767323045123456789",
    big: "9007199254740993",
    "evt.num": "5",
    t,
  });
});

Deno.test("a template has every digit of the event's time, which nothing else needs", () => {
  const text = eventText({ output_fields: {} }).replace("{}", '{"evt.time":1767323045123456789}');
  const settings = { templatedfields: templated({ t: '{{ index . "evt.time" }}' }) };
  assert.deepEqual(findingOf(text, settings).unmapped, { t: "1767323045123456789" });
});

Deno.test("a number that a custom field replaces is not looked up in the event's text", () => {
  const text = eventText({ output_fields: {} }).replace("{}", '{"evt.time":1767323045123456789}');
  const settings = { customfields: custom({ "evt.time": "mine" }) };
  assert.deepEqual(observablesOf(text, settings), { "evt.time": "mine" });
});

Deno.test("without rawData a finding has no raw_data, but one of what is no event has", () => {
  const { raw_data, ...finding } = findingOf(eventText(), {});
  assert.equal(raw_data, eventText());
  assert.deepEqual(findingOf(eventText(), {}, { rawData: false }), finding);
  assert.equal(findingOf("no event", ALL, { rawData: false }).raw_data, "no event");
  assert.equal(rowOf(eventText(), {}, false).raw_data, "");
  assert.equal(rowOf("no event", ALL, false).raw_data, "no event");
});

Deno.test("what is no event is not enriched", () => {
  const plain = mapRecord(recordOf('{"rule":"R"}'), NO_CLOUD);
  assert.deepEqual(findingOf('{"rule":"R"}', ALL), plain);
  assert.equal(plain.finding_info.title, UNREADABLE_TITLE);
  assert.deepEqual(rowOf('{"rule":"R"}', ALL), mapToFalcosidekick(recordOf('{"rule":"R"}')));
});

Deno.test("without settings an enriched finding is the plain one, but for the order of the tags", () => {
  fc.assert(
    fc.property(arbitraryEvent, fc.constantFrom(...OCSF_VERSIONS), ({ text }, ocsfVersion) => {
      const event = JSON.parse(text);
      const tags = Array.isArray(event.tags) ? event.tags.toSorted() : [];
      fc.pre(tags.every((tag: string, at: number) => tag === event.tags[at]));
      assert.deepEqual(
        findingOf(text, {}, { ocsfVersion }),
        mapRecord(recordOf(text), { ...NO_CLOUD, ocsfVersion }),
      );
      assert.deepEqual(rowOf(text, {}), mapToFalcosidekick(recordOf(text)));
    }),
    { numRuns: 500 },
  );
});

testUnless(
  NO_SHARED,
  "any enriched event becomes a valid finding, the same each time",
  async () => {
    const validate = await loadValidator();
    fc.assert(
      fc.property(arbitraryEvent, fc.constantFrom(...OCSF_VERSIONS), ({ text }, ocsfVersion) => {
        const finding = findingOf(text, ALL, { ...CLOUD, ocsfVersion });
        assert.deepEqual(validate(finding), []);
        assert.equal(finding.status_detail, undefined);
        assert.deepEqual(findingOf(text, ALL, { ...CLOUD, ocsfVersion }), finding);
      }),
      { numRuns: 1000 },
    );
  },
);

testUnless(NO_SHARED, "all real events are valid when enriched, at every version", async () => {
  const validate = await loadValidator();
  const events = [...corpusEvents(), ...FULL_EVENTS];
  assert.ok(events.length > 235);
  for (const ocsfVersion of OCSF_VERSIONS) {
    for (const text of events) {
      const finding = findingOf(text, ALL, { ...CLOUD, ocsfVersion });
      assert.deepEqual(validate(finding), [], text);
      assert.equal(finding.raw_data, text);
      assert.ok(finding.metadata.labels?.includes("team-a"));
      assert.notEqual(finding.finding_info.title, UNREADABLE_TITLE);
      assert.equal(finding.status_detail, undefined, text);
    }
  }
});

Deno.test("custom tags are among the labels of falcosidekick's schema, also where nothing else is set", () => {
  const text = eventText({ tags: ["b"] });
  assert.deepEqual(rowOf(text, { customtags: ["mine", "a"] }).metadata.labels, ["a", "b", "mine"]);
});
