import assert from "node:assert/strict";
import type { FieldValue } from "../../src/event/falco_event.ts";
import { textOf } from "../../src/ocsf/text.ts";
import { Unmapped } from "../../src/ocsf/unmapped.ts";

/** 20 000 different keys, each two halves of surrogate pairs that make none. */
const BAD_KEYS = Array.from(
  { length: 20_000 },
  (_, at) => String.fromCharCode(0xd800 + (at >> 8), 0xd800 + (at & 0xff)),
);

Deno.test("any number of names made equal by becoming well-formed is kept apart, in linear time", () => {
  const unmapped = new Unmapped();
  const start = performance.now();
  for (const key of BAD_KEYS) unmapped.add(key, "x");
  const milliseconds = performance.now() - start;
  const names = Object.keys(unmapped.entries()!);
  assert.equal(names.length, BAD_KEYS.length);
  assert.deepEqual([names[0], names[1], names.at(-1)], [
    "\ufffd\ufffd",
    "\ufffd\ufffd_1",
    `\ufffd\ufffd_${BAD_KEYS.length - 1}`,
  ]);
  // Some 10 ms; trying each number anew for each name takes half a minute.
  assert.ok(milliseconds < 5000, `${milliseconds} ms`);
});

Deno.test("a name that is numbered takes no number that a sender gave", () => {
  const unmapped = new Unmapped();
  for (const key of ["\ufffd", "\ufffd_1", "\ud800", "\udfff", "\ufffd_3", "\ufffd_2"]) {
    unmapped.add(key, JSON.stringify(key));
  }
  assert.deepEqual(unmapped.entries(), {
    "\ufffd": '"\ufffd"',
    "\ufffd_1": '"\ufffd_1"',
    "\ufffd_2": '"\\ud800"',
    "\ufffd_3": '"\\udfff"',
    "\ufffd_3_1": '"\ufffd_3"',
    "\ufffd_2_1": '"\ufffd_2"',
  });
});

const SAMPLE: FieldValue = {
  "": [],
  'quo"te': {},
  numbers: [0, -1.5, 1e21, 12345678901234567890n, -9007199254740993n],
  texts: ["", 'a "b" \\ \n', "\ud800", "ü🚨"],
  rest: [null, true, false, [[]], [{}], { a: { b: 1n } }],
};

const SAMPLE_TEXT =
  String.raw`{"":[],"quo\"te":{},"numbers":[0,-1.5,1e+21,12345678901234567890,-9007199254740993],` +
  String.raw`"texts":["","a \"b\" \\ \n","\ud800","ü🚨"],` +
  String.raw`"rest":[null,true,false,[[]],[{}],{"a":{"b":1}}]}`;

Deno.test("lists and objects are JSON with every digit", () => {
  assert.equal(textOf(SAMPLE), SAMPLE_TEXT);
});

Deno.test("lists and objects nested 100 000 levels deep are the same JSON with every digit", () => {
  const depth = 100_000;
  let [list, object]: FieldValue[] = [SAMPLE, SAMPLE];
  for (let level = 0; level < depth; level++) [list, object] = [[list!], { k: object! }];
  // Not assert.equal: it would print half a megabyte.
  assert.ok(textOf(list) === `${"[".repeat(depth)}${SAMPLE_TEXT}${"]".repeat(depth)}`);
  assert.ok(textOf(object) === `${'{"k":'.repeat(depth)}${SAMPLE_TEXT}${"}".repeat(depth)}`);
});
