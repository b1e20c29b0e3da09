import assert from "node:assert/strict";
import type { FieldValue } from "../../../src/event/falco_event.ts";
import { MAX_NESTING, MAX_TEXT } from "../../../src/event/template/limits.ts";
import { parseTemplate, TemplateError } from "../../../src/event/template/template.ts";

const render = (template: string, data: Record<string, FieldValue> = {}) =>
  parseTemplate(template).render(data);

Deno.test("a template may be nested only so deep", () => {
  const parens = (depth: number) => `{{${"(".repeat(depth)}1${")".repeat(depth)}}}`;
  const controls = (depth: number) => "{{if true}}".repeat(depth) + "a" + "{{end}}".repeat(depth);
  assert.deepEqual(render(parens(MAX_NESTING)), { text: "1" });
  assert.deepEqual(render(controls(MAX_NESTING)), { text: "a" });
  for (const template of [parens(MAX_NESTING + 1), controls(MAX_NESTING + 1), parens(1_000_000)]) {
    assert.throws(() => parseTemplate(template), TemplateError);
  }
});

Deno.test("many branches, stages and fields behind each other are not deep", () => {
  assert.deepEqual(render(`{{if 0}}${"{{else if 0}}".repeat(5000)}{{else}}a{{end}}`), {
    text: "a",
  });
  assert.deepEqual(render(`{{1${" | print".repeat(5000)}}}`), { text: "1" });
  assert.deepEqual(render(`{{${".a".repeat(5000)}}}`), { text: "<no value>" });
});

Deno.test("a rendering writes only so much, and makes no longer text on the way", () => {
  const { text, error } = render("{{range 99999}}0123456789{{end}}");
  assert.equal(text.length, MAX_TEXT - MAX_TEXT % 10);
  assert.equal(error, `text longer than ${MAX_TEXT} units`);
  assert.deepEqual(render("a{{.s}}", { s: "b".repeat(MAX_TEXT) }), { text: "a", error });
  assert.deepEqual(render('{{len (printf "%70000d" 1)}}'), { text: "", error });
  assert.deepEqual(render('a{{printf "%.70000f" 1.5}}'), { text: "a", error });
  assert.equal(render("{{.s}}", { s: "b".repeat(MAX_TEXT) }).text.length, MAX_TEXT);
});

Deno.test("a rendering does only so much", () => {
  const error = "more than 100000 steps";
  const many = Array.from({ length: 30_000 }, String);
  const map = Object.fromEntries(many.map((key) => [key, null]));
  const wide = "é€".repeat(500_000);
  const digits = 10n ** 300_000n;
  const templates = [
    "{{range 9223372036854775807}}{{end}}",
    "{{range .many}}{{range $.many}}{{end}}{{end}}",
    "{{range .many}}{{if $.map}}{{end}}{{end}}",
    "{{range .many}}{{if len $.map}}{{end}}{{end}}",
    "{{range .many}}{{range $.map}}{{end}}{{end}}",
    "{{range .many}}{{if eq $.wide $.wide}}{{end}}{{end}}",
    "{{range .many}}{{if len $.wide}}{{end}}{{end}}",
    "{{range .many}}{{if index $.wide 0}}{{end}}{{end}}",
    '{{range .many}}{{if printf "%.1s" $.wide}}{{end}}{{end}}',
    '{{range .many}}{{if printf "%.1q" $.digits}}{{end}}{{end}}',
    '{{range .many}}{{if printf "%60000d" 1}}{{end}}{{end}}',
    '{{range .many}}{{if printf "%.3f" 5e-324}}{{end}}{{end}}',
    '{{range .many}}{{if printf "%x" $.short}}{{end}}{{end}}',
  ];
  for (const template of templates) {
    const started = performance.now();
    const short = "é".repeat(9000);
    assert.equal(render(template, { many, map, wide, digits, short }).error, error, template);
    const took = performance.now() - started;
    assert.ok(took < 5000, `${template} took ${took} ms`);
  }
  // What is not looked at costs nothing, however long it is.
  const few = many.slice(0, 20_000);
  assert.deepEqual(render("{{range .few}}{{if $.digits}}{{end}}{{end}}", { few, digits }), {
    text: "",
  });
});

Deno.test("data of any depth is printed or refused", () => {
  let deep: FieldValue = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 ? { a: deep } : [deep];
  const { text, error } = render("a{{.deep}}", { deep });
  assert.equal(text, "a");
  assert.match(error!, /data nested deeper than/);
  assert.match(render("{{eq .deep .deep}}", { deep }).error!, /non-comparable/);
});
