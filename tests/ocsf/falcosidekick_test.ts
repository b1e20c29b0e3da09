import assert from "node:assert/strict";
import fc from "fast-check";
import { PRIORITIES } from "../../src/event/priority.ts";
import { mapToFalcosidekick } from "../../src/ocsf/falcosidekick.ts";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import { arbitraryEvent } from "./arbitrary_event.ts";
import {
  bytes,
  eventText,
  mapBytes,
  RECEIVED_MICROSECONDS,
  RECEIVED_MILLISECONDS,
} from "./support.ts";

const mapPayload = (payload: Uint8Array) =>
  mapToFalcosidekick({ payload, receivedMicroseconds: RECEIVED_MICROSECONDS });
const mapText = (text: string) => mapPayload(bytes(text));
const mapMembers = (members: Readonly<Record<string, unknown>> = {}) => mapText(eventText(members));

/** Names and values of the observables of these output fields, written as JSON text. */
const observablesOf = (json: string) =>
  mapText(`{"rule":"R","priority":"Debug","time":"2026-01-02T03:04:05Z","output_fields":${json}}`)
    .observables.map(({ name, value }) => [name, value]);

const observable = (name: string, value: string) => ({ name, type: "Other", type_id: 0, value });

Deno.test("an event becomes the row that falcosidekick writes", () => {
  const text = '{"hostname":"node-1","output":"03:04:05.123456789: Warning A shell",' +
    '"output_fields":{"evt.time":1767323045123456789,"proc.tty":34816,"proc.name":"sh",' +
    '"k8s.ns.name":null},"priority":"Warning","rule":"Terminal shell in container",' +
    '"source":"syscall","tags":["shell","T1059","mitre_execution"],' +
    '"time":"2026-01-02T03:04:05.123456789Z","uuid":"6f9619ff-8b86-4d01-b42d-00c04fc964ff"}';
  assert.deepEqual(mapText(text), {
    activity_id: 1,
    activity_name: "Generate",
    category_name: "Findings",
    category_uid: 2,
    classname: "Security Finding",
    class_uid: 2001,
    finding: {
      created_time: 1_767_323_045_123,
      desc: "03:04:05.123456789: Warning A shell",
      title: "Terminal shell in container",
      types: ["syscall"],
      uid: "6f9619ff-8b86-4d01-b42d-00c04fc964ff",
    },
    message: "Terminal shell in container",
    metadata: {
      version: "0.1.0",
      product: { vendor_name: "Falcosecurity", name: "Falco" },
      labels: ["T1059", "mitre_execution", "shell"],
    },
    observables: [
      observable("hostname", "node-1"),
      observable("evt.time", "1767323045123456789"),
      observable("proc.tty", "34816"),
      observable("proc.name", "sh"),
    ],
    raw_data: text,
    severity: "Medium",
    severity_id: 3,
    state: "New",
    state_id: 1,
    status: "Warning",
    time: 1_767_323_045_123,
    type_name: "Security Finding: Generate",
    type_uid: 200101,
  });
});

Deno.test("what an event lacks is an empty text or list", () => {
  const { finding, metadata, observables } = mapMembers();
  assert.equal(finding.desc, "");
  assert.deepEqual(metadata.labels, []);
  assert.deepEqual(observables, []);
});

Deno.test("an absent source is Falco's own; that of falcosidekick's test is internal", () => {
  assert.deepEqual(mapMembers().finding.types, ["syscall"]);
  assert.deepEqual(mapMembers({ source: "k8s_audit" }).finding.types, ["k8s_audit"]);
  assert.deepEqual(mapMembers({ rule: "Test rule" }).finding.types, ["internal"]);
});

Deno.test("every priority has falcosidekick's severity, and its own name is the status", () => {
  const rows = PRIORITIES.map((priority) => mapMembers({ priority: priority.toUpperCase() }));
  assert.deepEqual(
    rows.map(({ status, severity, severity_id }) => [status, severity, severity_id]),
    [
      ["Emergency", "Fatal", 6],
      ["Alert", "Fatal", 6],
      ["Critical", "Critical", 5],
      ["Error", "High", 4],
      ["Warning", "Medium", 3],
      ["Notice", "Low", 2],
      ["Informational", "Informational", 1],
      ["Debug", "Informational", 1],
    ],
  );
});

Deno.test("uid and time are the OCSF finding's, without uuid or a set clock too", () => {
  for (
    const members of [
      {},
      { uuid: "6f9619ff-8b86-4d01-b42d-00c04fc964ff" },
      { time: "1970-01-01T00:00:07Z" },
    ]
  ) {
    const text = eventText(members);
    const { finding, time } = mapText(text);
    const ocsf = mapBytes(bytes(text));
    assert.equal(finding.uid, ocsf.metadata.uid);
    assert.deepEqual([time, finding.created_time], [ocsf.time, ocsf.time]);
  }
  assert.equal(mapMembers({ time: "1970-01-01T00:00:07Z" }).time, RECEIVED_MILLISECONDS);
});

Deno.test("texts and numbers are observables in the event's order, empty ones too", () => {
  assert.deepEqual(observablesOf('{"z":"","a":"<NA>","m":-0.5,"b":12.50,"__proto__":"x"}'), [
    ["z", ""],
    ["a", "<NA>"],
    ["m", "-0.5"],
    ["b", "12.5"],
    ["__proto__", "x"],
  ]);
});

Deno.test("booleans, null, lists and objects are no observables", () => {
  assert.deepEqual(observablesOf('{"a":true,"b":null,"c":["x"],"d":{"e":1},"f":false}'), []);
});

Deno.test("numbers keep every digit, and none is in a notation of its own", () => {
  assert.deepEqual(
    observablesOf(
      '{"evt.time": 1507591916746609018,"proc.pid":1234567,"a-b":9007199254740993,' +
        '"c":-9223372036854775808,"d":18446744073709551616,"e":1e400,"f":17e17}',
    ),
    [
      ["evt.time", "1507591916746609018"],
      ["proc.pid", "1234567"],
      ["a-b", "9007199254740993"],
      ["c", "-9223372036854775808"],
      ["d", "18446744073709551616"],
      ["e", "1e400"],
      ["f", "1700000000000000000"],
    ],
  );
});

Deno.test("digits are those of the field, whatever stands in other places under its name", () => {
  const real = '"evt.time":1507591916746609018';
  for (
    const fields of [
      `{"a":"\\"evt.time\\":1507591916746609017",${real}}`,
      `{"a":"\\\\",${real}}`,
      `{"\\"evt.time":1507591916746609017,${real}}`,
      `{"a":{"evt.time":1507591916746609017},${real}}`,
      `{${real},"a":[{"evt.time":1507591916746609017}]}`,
      `{"evt.time":1507591916746609017,${real}}`,
      `{"evt\\u002etime":1507591916746609018,"a":{"evt.time":5}}`,
      `{"evt.time" : 1507591916746609018}`,
      `{"evt.time":\n1507591916746609018 }`,
    ]
  ) {
    const times = observablesOf(fields).filter(([name]) => name === "evt.time");
    assert.deepEqual(times, [["evt.time", "1507591916746609018"]], fields);
  }
});

Deno.test("a number is rounded, not lost, in an event nested too deep for exact parsing", () => {
  const deep = "[".repeat(9000) + "]".repeat(9000);
  assert.deepEqual(observablesOf(`{"a-b":9007199254740993,"deep":${deep}}`), [
    ["a-b", "9007199254740992"],
  ]);
});

Deno.test("a field named hostname stands beside the host", () => {
  const { observables } = mapMembers({ hostname: "node-1", output_fields: { hostname: "other" } });
  assert.deepEqual(observables, [
    observable("hostname", "node-1"),
    observable("hostname", "other"),
  ]);
});

Deno.test("nothing is truncated, however long", () => {
  const long = "é".repeat(100_000);
  const text = eventText({ output: long, output_fields: { "proc.cmdline": long } });
  const row = mapText(text);
  assert.equal(row.finding.desc, long);
  assert.equal(row.observables[0]?.value, long);
  assert.equal(row.raw_data, text);
});

Deno.test("a record that is no event becomes a row of when it was received that says so", () => {
  const row = mapText('{"rule":"R"}');
  assert.deepEqual(row, {
    ...mapMembers(),
    finding: {
      created_time: RECEIVED_MILLISECONDS,
      desc: "Unreadable Falco event: priority is missing",
      title: UNREADABLE_TITLE,
      types: [],
      uid: mapBytes(bytes('{"rule":"R"}')).metadata.uid,
    },
    message: UNREADABLE_TITLE,
    raw_data: '{"rule":"R"}',
    severity: "Unknown",
    severity_id: 0,
    status: "",
    time: RECEIVED_MILLISECONDS,
  });
});

Deno.test("any bytes become a row, and the same one each time", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
      const row = mapPayload(payload);
      assert.equal(row.message, UNREADABLE_TITLE);
      assert.deepEqual(mapPayload(payload.slice()), row);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("any event becomes a row with each of its texts and numbers", () => {
  fc.assert(
    fc.property(arbitraryEvent, ({ fields, text }) => {
      const row = mapText(text);
      assert.notEqual(row.message, UNREADABLE_TITLE, row.finding.desc);
      assert.ok(JSON.stringify(row).isWellFormed());
      const { hostname = "" } = JSON.parse(text) as { readonly hostname?: string };
      const expected = [...(hostname === "" ? [] : [["hostname", hostname] as const]), ...fields]
        .filter(([, value]) => ["string", "number", "bigint"].includes(typeof value))
        .map(([name, value]) => observable(name.toWellFormed(), textOf(value).toWellFormed()));
      // A name such as "7" comes first in JavaScript, wherever it stands.
      assert.deepEqual(row.observables.map(json).sort(), expected.map(json).sort());
    }),
    { numRuns: 2000 },
  );
});

const json = (value: unknown): string => JSON.stringify(value);
const textOf = (value: unknown): string => Object.is(value, -0) ? "0" : String(value);

Deno.test("every digit is kept of more integers beyond 2^53 than are looked up one by one", () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `f${at}`);
  const fields = names.map((name) => `"${name}":1234567890123456789`).join(",");
  const { observables } = mapText(eventText({ output_fields: {} }).replace("{}", `{${fields}}`));
  assert.ok(observables.every(({ value }) => value === "1234567890123456789"));
  assert.equal(observables.length, names.length);
});
