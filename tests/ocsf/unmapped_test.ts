import assert from "node:assert/strict";
import { bytes, mapBytes, mapFields } from "./support.ts";

/** What is unmapped of these output fields, written as JSON text. */
const unmappedOf = (json: string) =>
  mapBytes(bytes(
    `{"rule":"R","priority":"Debug","time":"2026-01-02T03:04:05Z","output_fields":${json}}`,
  )).unmapped;

Deno.test("integers beyond 2^53 keep every digit, alone and nested", () => {
  assert.deepEqual(
    unmappedOf('{"a":9007199254740993,"b":{"c":[1767323045123456789,-1]},"d":1e400,"e":12.50}'),
    { a: "9007199254740993", b: '{"c":[1767323045123456789,-1]}', d: "1e400", e: "12.5" },
  );
});

Deno.test("booleans, lists and objects are text", () => {
  assert.deepEqual(unmappedOf('{"a":true,"b":[1,"x",null,{}],"c":{"d":{"e":[]},"f":"\\"" }}'), {
    a: "true",
    b: '[1,"x",null,{}]',
    c: '{"d":{"e":[]},"f":"\\""}',
  });
});

Deno.test("what means no value is dropped, and so is the event's time in nanoseconds", () => {
  assert.equal(
    unmappedOf(
      '{"a":null,"b":"","c":"<NA>","d":"N/A","evt.time":1767323045123456789,"evt.time.iso8601":1}',
    ),
    undefined,
  );
});

Deno.test("names that objects inherit are names like any other", () => {
  const unmapped = unmappedOf('{"__proto__":"a","constructor":"b","toString":1}');
  assert.equal(
    JSON.stringify(unmapped),
    '{"__proto__":"a","constructor":"b","toString":"1"}',
  );
  assert.deepEqual(Object.keys(unmapped ?? {}), ["__proto__", "constructor", "toString"]);
});

Deno.test("halves of surrogate pairs become U+FFFD, and names made equal by that are kept apart", () => {
  assert.deepEqual(unmappedOf(String.raw`{"\ud800":"x\udfff","\udc00":"y","\ufffd":"z"}`), {
    "\ufffd": "x\ufffd",
    "\ufffd_1": "y",
    "\ufffd_2": "z",
  });
});

Deno.test("fields keep the order they came in", () => {
  assert.deepEqual(
    Object.keys(
      mapFields({ "z.z": 1, "proc.name": "sh", "user.loginuid": -1, "a.a": 2 }).unmapped!,
    ),
    ["z.z", "user.loginuid", "a.a"],
  );
});

Deno.test("nesting deeper than any stack is kept", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  assert.equal(unmappedOf(`{"a":${deep}}`)?.["a"], deep);
  // Exact parsing runs out of stack here; the event is mapped all the same, its number rounded.
  assert.equal(unmappedOf(`{"a":${deep},"b":9007199254740993}`)?.["b"], "9007199254740992");
});

Deno.test("a field too long for its attribute is cut there and whole in unmapped", () => {
  const long = "🚨".repeat(65_536);
  const { evidences, unmapped } = mapFields({ "proc.cmdline": long, "proc.name": "x" });
  assert.equal(evidences?.[0]?.process?.cmd_line, "🚨".repeat(65_535));
  assert.deepEqual(unmapped, { "proc.cmdline": long });
});
