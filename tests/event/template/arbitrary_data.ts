import fc from "fast-check";
import type { FieldValue } from "../../../src/event/falco_event.ts";

/** Few, so that templates meet data; among them what JavaScript and json.Number have. */
export const arbitraryKey = fc.constantFrom(
  ...["a", "b", "n", "s", "l", "m", "x", "é", "_1", "evt.time", "proc name", "😀", "\uffff"],
  ...["__proto__", "constructor", "toString", "String", "Int64", "Float64"],
);

const text = fc.oneof(
  fc.constantFrom("", "a", "b", "5", "1.5", "é", "😀x", "a\tb", '"quoted" `back`', "\u200b\ufeff"),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.string({ unit: "binary-ascii", maxLength: 8 }),
  // Not printable for Go; any code point would be some that its Unicode version does not know.
  fc.constantFrom("\u00ad", "\u0378", "\u2028", "\ue000", "\u{e0001}", "\u{10ffff}", "\u0085"),
);

const number: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.constantFrom(0, 1, 2, 5, -1, 1.5, 1e21, 1e-7),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
);

const { value } = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 3, arbitrary: text },
    { weight: 3, arbitrary: number },
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    { weight: 3, arbitrary: record(tie("value")) },
  ),
}));

/** fromEntries makes own members of all keys; an object literal would not of `__proto__`. */
function record(values: fc.Arbitrary<FieldValue>) {
  return fc.array(fc.tuple(arbitraryKey, values), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries) as Record<string, FieldValue>);
}

export const arbitraryData = record(value);
