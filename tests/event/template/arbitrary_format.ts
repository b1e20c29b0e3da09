import fc from "fast-check";

const VERBS = [..."vvvvsssqqdddtxXcfFeEgGTUobO%", "z", "é", "!", ""];

const directive = fc.tuple(
  fc.array(fc.constantFrom("-", "+", "#", "0", " "), { maxLength: 2 }),
  fc.option(fc.nat(12), { nil: "" }),
  fc.option(fc.option(fc.nat(9), { nil: "" }).map((size) => `.${size}`), { nil: "" }),
  fc.constantFrom(...VERBS),
).map(([flags, width, precision, verb]) => `%${flags.join("")}${width}${precision}${verb}`);

/** A literal of a printf format, without what we leave out. */
export const arbitraryFormat = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: directive },
    { weight: 1, arbitrary: fc.constantFrom(" ", "|", "a", "é", "%%", "%v") },
  ),
  { maxLength: 3 },
).map((parts) => `"${parts.join("")}"`)
  .filter((format) => !/%[-+# 0]*\d*\.?\d*[[*pw]/.test(format));
