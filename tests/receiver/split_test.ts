import assert from "node:assert/strict";
import fc from "fast-check";
import { splitBody } from "../../src/receiver/split.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function split(text: string): { values: string[]; rest: string[] } {
  const bytes = encoder.encode(text);
  const parts = [...splitBody(bytes)];
  const texts = (kind: string) =>
    parts.filter((part) => part.kind === kind)
      .map(({ start, end }) => decoder.decode(bytes.subarray(start, end)));
  return { values: texts("value"), rest: texts("rest") };
}

Deno.test("splitBody() finds objects by line, one behind the other, over lines, and in arrays", () => {
  assert.deepEqual(split('{"a":1}\n{"b":2}\r\n\n').values, ['{"a":1}', '{"b":2}']);
  assert.deepEqual(split('{"a":1}{"b":2} {"c":3}').values, ['{"a":1}', '{"b":2}', '{"c":3}']);
  assert.deepEqual(split('{\n "a": 1\n}\n{\n "b": 2\n}').values, [
    '{\n "a": 1\n}',
    '{\n "b": 2\n}',
  ]);
  assert.deepEqual(split(' [{"a":[1,2]} , {"b":2}]').values, ['{"a":[1,2]}', '{"b":2}']);
  assert.deepEqual(split("[]"), { values: [], rest: [] });
  assert.deepEqual(split("  \n "), { values: [], rest: [] });
});

Deno.test("splitBody() is not misled by brackets, quotes and commas in strings", () => {
  const value = '{"a":"}]{[,\\"\\\\","b":"\\\\"}';
  assert.deepEqual(split(`${value}\n${value}`).values, [value, value]);
  assert.deepEqual(split(`[${value},${value}]`).values, [value, value]);
});

Deno.test("splitBody() keeps the good lines around a bad one", () => {
  assert.deepEqual(split('{"a":1}\n{"b":\n{"c":3}'), {
    values: ['{"a":1}', '{"c":3}'],
    rest: ['{"b":'],
  });
  assert.deepEqual(split('{"a":1}}}garbage'), { values: ['{"a":1}'], rest: ["}}garbage"] });
  assert.deepEqual(split('{"a":"x\n{"b":2}').rest, ['{"a":"x']);
});

Deno.test("splitBody() hands over an array's empty places, for the parser to refuse", () => {
  assert.deepEqual(split('[{"a":1},,5]').values, ['{"a":1}', "", "5"]);
});

Deno.test("splitBody() finds exactly the objects that were joined, however they were written", () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }),
      fc.constantFrom("", " ", "\n", "\r\n", "array"),
      fc.constantFrom(0, 2),
      (objects, separator, indent) => {
        const texts = objects.map((object) => JSON.stringify(object, null, indent));
        const body = separator === "array" ? `[${texts.join(",")}]` : texts.join(separator);
        assert.deepEqual(split(body), { values: texts, rest: [] });
      },
    ),
    { numRuns: 1000 },
  );
});

Deno.test("splitBody() takes time linear in the body, whatever stands in it", () => {
  // 2 MB of lines that each open an object: quadratic work would take hours, not milliseconds.
  const parts = splitBody(encoder.encode("{\n".repeat(1_000_000)));
  assert.equal(parts.reduce((count, { kind }) => count + (kind === "rest" ? 1 : 0), 0), 1_000_000);
});
