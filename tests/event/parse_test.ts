import assert from "node:assert/strict";
import { parseEvent } from "../../src/event/parse.ts";
import { parseEventTime } from "../../src/event/time.ts";

const GOOD = { rule: "R", priority: "Error", time: "2026-11-21T12:00:00.123456789Z" };

const parse = (changes: Record<string, unknown>) =>
  parseEvent(JSON.stringify({ ...GOOD, ...changes }));

const refusal = (changes: Record<string, unknown>): string => {
  const result = parse(changes);
  assert.ok(!result.ok, `accepted ${JSON.stringify(changes)}`);
  return result.reason;
};

Deno.test("parseEvent() fills in what Falco may leave out", () => {
  const result = parse({});
  assert.ok(result.ok);
  assert.deepEqual(result.event, {
    uuid: undefined,
    rule: "R",
    priority: "Error",
    time: { text: GOOD.time, milliseconds: Date.UTC(2026, 10, 21, 12, 0, 0, 123) },
    output: "",
    outputFields: {},
    source: "syscall",
    tags: [],
    hostname: "",
  });
});

Deno.test("parseEvent() matches keys in any case, the last one winning, and ignores unknown ones", () => {
  const text =
    '{"RULE":"a","Rule":"b","priority":"info","Time":"2026-11-21T12:00:00Z","message":5}';
  const result = parseEvent(text);
  assert.ok(result.ok);
  assert.equal(result.event.rule, "b");
  assert.equal(result.event.priority, "Informational");
});

Deno.test("parseEvent() says what is wrong with an event", () => {
  assert.match(refusal({ rule: "" }), /^rule is missing or empty$/);
  assert.match(refusal({ rule: 5 }), /^rule is not a string$/);
  assert.match(refusal({ priority: "warn" }), /^priority "warn" is not one of Falco's$/);
  assert.match(refusal({ priority: undefined }), /^priority is missing$/);
  assert.match(refusal({ time: "now" }), /^time "now" is not an RFC 3339 time after year 1$/);
  assert.match(refusal({ output_fields: [] }), /^output_fields is not an object$/);
  assert.match(refusal({ tags: [1] }), /^tags is not an array of strings$/);
  const bad = parseEvent("{");
  assert.ok(!bad.ok && bad.reason.startsWith("not JSON: "));
  assert.deepEqual(parseEvent("null"), { ok: false, reason: "not a JSON object" });
});

Deno.test("parseEvent() quotes no more than the beginning of a long value", () => {
  assert.ok(refusal({ priority: "x".repeat(1_000_000) }).length < 200);
});

Deno.test("parseEvent() gives the test rule falcosidekick's source", () => {
  const result = parse({ rule: "Test rule", source: "debug" });
  assert.ok(result.ok);
  assert.equal(result.event.source, "internal");
});

Deno.test("parseEvent() keeps integers beyond 2^53 exact when asked", () => {
  const fields =
    '{"a":1507591916746609046,"b":-9007199254740993,"c":1.5,"d":1e400,"e":"1507591916746609046","f":[18446744073709551615],"g":5}';
  const text =
    `{"rule":"R","priority":"Error","time":"2026-11-21T12:00:00Z","output_fields":${fields}}`;
  const result = parseEvent(text, "exact");
  assert.ok(result.ok);
  assert.deepEqual(result.event.outputFields, {
    a: 1507591916746609046n,
    b: -9007199254740993n,
    c: 1.5,
    d: "1e400",
    e: "1507591916746609046",
    f: [18446744073709551615n],
    g: 5,
  });
});

Deno.test("parseEvent() rounds the numbers of an event that has too many values to keep them", () => {
  const parseWith = (values: string) => {
    const result = parseEvent(
      `{"rule":"R","priority":"Error","time":"2026-11-21T12:00:00Z","output_fields":{"n":` +
        `1507591916746609046,"o":${values}}}`,
      "exact",
    );
    assert.ok(result.ok);
    return result.event.outputFields["n"];
  };
  assert.equal(parseWith(`[${"0,".repeat(199_000)}0]`), 1507591916746609046n);
  for (const one of ["0,", "{},", "[],"]) {
    assert.equal(parseWith(`[${one.repeat(200_000)}0]`), Number(1507591916746609046n));
  }
  // What text there is does not matter.
  assert.equal(parseWith(JSON.stringify("x".repeat(4_000_000))), 1507591916746609046n);
});

Deno.test("parseEventTime() reads what Go's strict RFC 3339 reads, and nothing else", () => {
  const good: Record<string, number> = {
    "2019-05-17T15:31:56Z": Date.UTC(2019, 4, 17, 15, 31, 56),
    "2019-05-17T17:31:56.5+02:00": Date.UTC(2019, 4, 17, 15, 31, 56, 500),
    "2019-05-17T15:31:56.746609046Z": Date.UTC(2019, 4, 17, 15, 31, 56, 746),
    "1969-12-31T23:59:59.999999Z": -1,
    "2024-02-29T00:00:00-00:30": Date.UTC(2024, 1, 29, 0, 30),
    "0001-01-01T00:00:00.000000001Z": -62135596800000,
    "0099-01-01T00:00:00Z": -59042995200000,
  };
  for (const [text, milliseconds] of Object.entries(good)) {
    assert.deepEqual(parseEventTime(text), { text, milliseconds });
  }
  const bad = [
    "2019-05-17T15:31:56+0000",
    "2019-05-17 15:31:56Z",
    "2019-05-17t15:31:56z",
    "2019-05-17T15:31:60Z",
    "2019-05-17T24:00:00Z",
    "2019-02-29T00:00:00Z",
    "2019-13-01T00:00:00Z",
    "2019-05-17T15:31:56.Z",
    "2019-05-17T15:31:56",
    "0001-01-01T00:00:00Z",
    "0001-01-01T01:00:00+01:00",
    "",
  ];
  for (const text of bad) assert.equal(parseEventTime(text), undefined, text);
});
