import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createLog,
  type LogFields,
  type LogLevel,
  type LogOptions,
} from "../../src/telemetry/log.ts";
import { frozenClock } from "../support/open_buffer.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const TEXT: LogOptions = { format: "text", debug: true };
const JSON_LINES: LogOptions = { format: "json", debug: true };

/** The line, without its newline, that a message becomes. */
function lineOf(options: LogOptions, level: LogLevel, message: string, fields?: LogFields): string {
  const lines: string[] = [];
  createLog((line) => lines.push(line), frozenClock, options)[level](message, fields);
  assert.equal(lines.length, 1);
  assert.ok(lines[0]!.endsWith("\n"));
  return lines[0]!.slice(0, -1);
}

Deno.test("A text line is one of falcosidekick's, in UTC; fields are not in it", () => {
  const lines = LEVELS.map((level) => lineOf(TEXT, level, "Lake - é", { events: 1 }));
  assert.deepEqual(lines, [
    "2026/11/21 12:00:00 [DEBUG] : Lake - é",
    "2026/11/21 12:00:00 [INFO]  : Lake - é",
    "2026/11/21 12:00:00 [WARN]  : Lake - é",
    "2026/11/21 12:00:00 [ERROR] : Lake - é",
  ]);
});

Deno.test("A JSON line has time, level, component, message and the fields, in this order", () => {
  assert.equal(
    lineOf(JSON_LINES, "warn", "AWS SecurityLake - no: 5 - 6", {
      key: "a/b",
      events: 5,
      last: true,
    }),
    '{"time":"2026-11-21T12:00:00.000Z","level":"warn","component":"AWS SecurityLake",' +
      '"message":"no: 5 - 6","key":"a/b","events":5,"last":true}',
  );
});

Deno.test("A component is what stands before the first dash, when it is a name", () => {
  const cases: readonly [message: string, component: string | undefined, rest: string][] = [
    ["Receiver - x", "Receiver", "x"],
    ["Receiver - x - y", "Receiver", "x - y"],
    ["Receiver - ", "Receiver", ""],
    ["Buffer - a\nb", "Buffer", "a\nb"],
    ["Falco's payload : {} - x", undefined, "Falco's payload : {} - x"],
    ["receiver - x", undefined, "receiver - x"],
    ["Receiver -x", undefined, "Receiver -x"],
    ["Receiver: a - x", undefined, "Receiver: a - x"],
    [" - x", undefined, " - x"],
    ["", undefined, ""],
  ];
  for (const [message, component, rest] of cases) {
    const line = JSON.parse(lineOf(JSON_LINES, "info", message));
    assert.deepEqual([line.component, line.message], [component, rest]);
    assert.equal("component" in line, component !== undefined);
  }
});

const message = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(
    fc.constantFrom("A b", " - ", "\n", "\r", "\0", "\x1b[31m", "\u2028", '"', "\\", "\ud800"),
  ).map((parts) => parts.join("")),
);
const fields = fc.dictionary(
  fc.string({ unit: "binary" }).filter((name) =>
    !["time", "level", "message", "component"].includes(name)
  ),
  fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean()),
  { maxKeys: 4 },
);

Deno.test("Any message and fields are one line of JSON that has them all", () => {
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), message, fields, (level, message, fields) => {
      const line = lineOf(JSON_LINES, level, message, fields);
      // deno-lint-ignore no-control-regex -- control characters are what this is about
      assert.doesNotMatch(line, /[\x00-\x1f]/);
      assert.ok(line.isWellFormed());
      const { time, level: written, component, message: rest, ...others } = JSON.parse(line);
      assert.equal(time, "2026-11-21T12:00:00.000Z");
      assert.equal(written, level);
      assert.equal(component === undefined ? rest : `${component} - ${rest}`, message);
      assert.deepEqual(others, { ...fields });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("Any message is one line of text without a character below the space", () => {
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), message, (level, message) => {
      const line = lineOf(TEXT, level, message);
      // deno-lint-ignore no-control-regex -- control characters are what this is about
      assert.doesNotMatch(line, /[\x00-\x1f]/);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("A message cannot forge a second line, or colour the terminal", () => {
  const cases: readonly [message: string, written: string][] = [
    ["a\n2026/11/21 12:00:00 [ERROR] : b", "a\\n2026/11/21 12:00:00 [ERROR] : b"],
    ["a\r\nb\tc", "a\\r\\nb\\tc"],
    ["\x1b[31mred", "\\u001b[31mred"],
    ["\0", "\\u0000"],
    ["a\x7fb\x9b31mc\u2028d", "a\\u007fb\\u009b31mc\\u2028d"],
    ['a "b" \\ c', 'a "b" \\ c'],
  ];
  for (const [message, written] of cases) {
    assert.equal(lineOf(TEXT, "info", message), `2026/11/21 12:00:00 [INFO]  : ${written}`);
  }
});

Deno.test("DEBUG lines are written only when they are asked for, in both formats", () => {
  for (const format of ["text", "json"] as const) {
    for (const debug of [true, false]) {
      const lines: string[] = [];
      const log = createLog((line) => lines.push(line), frozenClock, { format, debug });
      for (const level of LEVELS) log[level]("x");
      assert.equal(lines.length, debug ? 4 : 3);
    }
  }
});

Deno.test("Format and debugging can be changed while others write, and are text without at first", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), frozenClock);
  const { info, debug } = log;
  info("1");
  debug("2");
  log.configure({ format: "json", debug: true });
  info("3");
  debug("4");
  log.configure({ format: "text", debug: false });
  info("5");
  debug("6");
  assert.deepEqual(lines.map((line) => line.trimEnd()), [
    "2026/11/21 12:00:00 [INFO]  : 1",
    '{"time":"2026-11-21T12:00:00.000Z","level":"info","message":"3"}',
    '{"time":"2026-11-21T12:00:00.000Z","level":"debug","message":"4"}',
    "2026/11/21 12:00:00 [INFO]  : 5",
  ]);
});
