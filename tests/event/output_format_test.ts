import assert from "node:assert/strict";
import fc from "fast-check";
import type { FalcoEvent } from "../../src/event/falco_event.ts";
import { formatOutput, type OutputParts } from "../../src/event/output_format.ts";
import { PRIORITIES } from "../../src/event/priority.ts";

const NO_PARTS: OutputParts = { customFields: [], templatedFields: [], tags: [] };

const eventOf = (output: string, priority: FalcoEvent["priority"] = "Warning"): FalcoEvent => ({
  uuid: undefined,
  rule: "R",
  priority,
  time: { text: "2026-01-02T03:04:05Z", milliseconds: 1_767_323_045_000 },
  output,
  outputFields: {},
  source: "syscall",
  tags: ["not these"],
  hostname: "",
});

const OUTPUT = "03:04:05.123456789: Warning A shell (user=root)";
const PARTS: OutputParts = {
  customFields: [["env", "prod"], ["team", "a b"]],
  templatedFields: [["t", "1"]],
  tags: ["T1059", "shell"],
};

Deno.test("Every token stands for its part", () => {
  const cases: readonly [format: string, formatted: string][] = [
    ["<timestamp>", "03:04:05.123456789"],
    ["<priority>", "Warning"],
    ["<output>", "A shell (user=root)"],
    ["<custom_fields>", "env=prod team=a b"],
    ["<templated_fields>", "t=1"],
    ["<tags>", "T1059,shell"],
    ["<timestamp>: <priority> <output>", OUTPUT],
    ["<priority><priority> and <other> <Priority>", "WarningWarning and <other> <Priority>"],
    ["no token", "no token"],
  ];
  for (const [format, formatted] of cases) {
    assert.equal(formatOutput(format, eventOf(OUTPUT), PARTS), formatted);
  }
});

Deno.test("What empty parts leave at the end is trimmed as falcosidekick trims it", () => {
  const cases: readonly [format: string, formatted: string][] = [
    ["<output> <tags>", "A shell (user=root)"],
    ["<output> (<tags>)", "A shell (user=root)"],
    ["<output> (<custom_fields> <templated_fields>)", "A shell (user=root)"],
    ["<output> (<tags>) ", "A shell (user=root)"],
    ["<output>  ", "A shell (user=root)"],
    ["<output>   ", "A shell (user=root) "], // two, of three
    ["<output> ( )()", "A shell (user=root) ( )"], // one form each, in their order
    ["<output> ()( )", "A shell (user=root)"],
    ["(<tags>) <output>", "() A shell (user=root)"],
    ["<tags>", ""],
  ];
  for (const [format, formatted] of cases) {
    assert.equal(formatOutput(format, eventOf(OUTPUT), NO_PARTS), formatted, format);
  }
});

Deno.test("An output that is not of Falco's form, or has fewer than three words, stays as it is", () => {
  for (
    const output of [
      "",
      "A shell",
      "03:04:05: Warning A shell", // no fraction
      "03:04:05.: Warning A shell",
      "03:04:05.1 Warning A shell",
      "03:04:05.1: Warn A shell",
      "03:04:05.1: Info A shell", // falcosidekick knows the long name only
      "03:04:05.1: Warning",
      "03:04:05.1:Warning A shell",
      ".1: Warning A shell",
    ]
  ) {
    assert.equal(formatOutput("<output>", eventOf(output), NO_PARTS), output);
  }
});

Deno.test("The form may stand anywhere and in any case; the words are the output's first all the same", () => {
  const cases: readonly [output: string, formatted: string][] = [
    ["1.2: wARNING x y", "1.2|x y"],
    ["::1.2: debug x", "::1.2|x"],
    ["One two 03:04:05.1: Alert x", "One|03:04:05.1: Alert x"],
    ["1.2: Error ", "1.2|"], // an empty third word
    [" 1.2: Error x", "|Error x"],
    ["a: 1.2: Error x", "a|Error x"],
    ["a:: 1.2: Error x", "a:|Error x"], // one colon goes
  ];
  for (const [output, formatted] of cases) {
    assert.equal(formatOutput("<timestamp>|<output>", eventOf(output), NO_PARTS), formatted);
  }
});

Deno.test("The priority is that of the event, not the one written in its output", () => {
  assert.equal(formatOutput("<priority>", eventOf("1.2: Error x", "Debug"), NO_PARTS), "Debug");
});

Deno.test("What is put in is text: no pattern of String.replace, and no token", () => {
  const parts = { ...NO_PARTS, tags: ["$&"] };
  const event = eventOf("1.2: Error $& <tags> $1");
  assert.equal(formatOutput("<output> <tags>", event, parts), "$& <tags> $1 $&");
});

Deno.test("An event cannot make more of an output than the format has room for, nor keep it busy", () => {
  const tags = ["t".repeat(30_000)];
  const event = eventOf(`1.2: Error ${"<tags>".repeat(30_000)}`);
  assert.equal(formatOutput("<output> <tags>", event, { ...NO_PARTS, tags }).length, 210_001);
  // From its front it would be looked at as often as it has digits: minutes for this one.
  const digits = `${"1".repeat(2_000_000)} a b`;
  assert.equal(formatOutput("<output>", eventOf(digits), NO_PARTS), digits);
});

const PRIORITY_NAMES = PRIORITIES.map((name) => name.toLowerCase());

/**
 * falcosidekick's own way, from its description (A3 of our notes), without a regular expression:
 * `[0-9:]+\.[0-9]+: (Debug|…) .*`, in any case and unanchored, is there.
 */
function isFalcos(output: string): boolean {
  const isDigit = (char: string) => char >= "0" && char <= "9";
  for (let colon = output.indexOf(": "); colon !== -1; colon = output.indexOf(": ", colon + 1)) {
    let dot = colon - 1;
    while (dot >= 0 && isDigit(output[dot]!)) dot--;
    const before = output[dot - 1];
    if (dot === colon - 1 || output[dot] !== "." || before === undefined) continue;
    const rest = output.slice(colon + 2).toLowerCase();
    const isNamed = PRIORITY_NAMES.some((name) => rest.startsWith(`${name} `));
    if (isNamed && (before === ":" || isDigit(before))) return true;
  }
  return false;
}

const trimSuffix = (text: string, suffix: string) =>
  text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;

function modelOf(format: string, { output, priority }: FalcoEvent, parts: OutputParts): string {
  const words = output.split(" ");
  if (!isFalcos(output) || words.length < 3) return output;
  const listOf = (fields: OutputParts["customFields"]) =>
    trimSuffix(fields.map(([name, value]) => `${name}=${value} `).join(""), " ");
  const values = [
    trimSuffix(words[0]!, ":"),
    priority,
    words.slice(2).join(" "),
    listOf(parts.customFields),
    listOf(parts.templatedFields),
    parts.tags.join(","),
  ];
  // Unlike falcosidekick, what is put in is not looked at again: so characters that nobody has first.
  const markOf = (at: number) => String.fromCharCode(0xe000 + at);
  let text = format;
  for (const [at, token] of TOKENS.entries()) text = text.split(token).join(markOf(at));
  for (const [at, value] of values.entries()) text = text.split(markOf(at)).join(value);
  return trimSuffix(trimSuffix(trimSuffix(trimSuffix(text, " "), "( )"), "()"), " ");
}

const TOKENS = ["timestamp", "priority", "output", "custom_fields", "templated_fields", "tags"]
  .map((name) => `<${name}>`);
const textOf = (...pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));

const format = textOf(...TOKENS, ...TOKENS, " ", " ", "(", ")", "( )", "()", "<", "$&", "x");
const anyOutput = textOf(
  ...[
    "12:00:00.123456789: ",
    "1.2: ",
    "1.: ",
    "Warning ",
    "emergency ",
    "INFORMATIONAL x",
    "Info ",
  ],
  ...[":", ".", "7", " ", "<tags>", "<output>", "é", "\n", "()", "K"],
);
const output = fc.oneof(
  anyOutput,
  fc.tuple(fc.constantFrom(...PRIORITIES), anyOutput).map(([name, rest]) =>
    `03:04:05.9: ${name} ${rest}`
  ),
);
const word = textOf("a", " ", "=", "<output>", "<tags>", "()", "");
const parts: fc.Arbitrary<OutputParts> = fc.record({
  customFields: fc.array(fc.tuple(word, word), { maxLength: 3 }),
  templatedFields: fc.array(fc.tuple(word, word), { maxLength: 3 }),
  tags: fc.array(word, { maxLength: 3 }),
});

Deno.test("Any output in any format is what falcosidekick makes of it", () => {
  let [falcos, others] = [0, 0];
  fc.assert(
    fc.property(
      format,
      output,
      fc.constantFrom(...PRIORITIES),
      parts,
      (format, text, name, parts) => {
        const event = eventOf(text, name);
        if (isFalcos(text)) falcos++;
        else others++;
        assert.equal(formatOutput(format, event, parts), modelOf(format, event, parts));
      },
    ),
    { numRuns: 5000 },
  );
  assert.ok(falcos > 500 && others > 500, `${falcos} of Falco's form, ${others} others`);
});
