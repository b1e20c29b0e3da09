import assert from "node:assert/strict";
import { parseTemplate } from "../../../src/event/template/template.ts";
import { SAMPLE } from "./pairs/sample.ts";

/** What each template writes over SAMPLE. */
const RENDERED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "text and trim markers": {
    "no action": "no action",
    "a {{.n}} b": "a 5 b",
    "a {{- .n -}} b": "a5b",
    "a {{- /* comment */}} b": "a b",
    '{{"}}"}}}': "}}}",
  },
  "fields": {
    "{{.n}} {{.s}} {{.t}} {{.f}}": "5 héllo true 1.5",
    "{{.m.b}} {{$.m.m.deep}}": "x [y]",
    "{{.missing}} {{.missing.more}} {{.null}}": "<no value> <no value> <no value>",
    "{{.m}} {{.l}}": "map[a:1 b:x m:map[deep:[y]] n:<nil>] [a 1 <nil> [true]]",
    '{{index . "proc name"}} {{index . "evt.time"}}': "sh -c 1767323045123456789",
    '{{(index .objects 0).name}} {{index .l 3 0}} {{index . "x"}}': "one true <no value>",
    "{{.odd.__proto__}} {{.odd.constructor}} {{.odd.valueOf}} {{.hasOwnProperty}}":
      "p 1 <no value> <no value>",
    "{{.order}}": "map[:4 Z:5 a:3 é:6 \uffff:1 😀:2]",
  },
  "literals": {
    '{{"\\x41\\u00e9\\n"}}{{`\\n`}}': "Aé\n\\n",
    "{{0x1f}} {{017}} {{1_000}} {{'a'}} {{1e6}} {{2.50}}": "31 15 1000 97 1e+06 2.5",
    "{{true}} {{print nil}}": "true <nil>",
  },
  "if, with and range": {
    "{{if .x}}1{{else if .n}}2{{else}}3{{end}}": "2",
    "{{if .z}}a zero of the data is a text{{end}}": "a zero of the data is a text",
    "{{with .m}}{{.b}} {{$.n}}{{end}}{{with .x}}1{{else with .n}}{{.}}{{end}}": "x 55",
    "{{range .strings}}{{.}},{{end}}{{range .el}}1{{else}}none{{end}}": "a,b,c,none",
    "{{range .m}}[{{.}}]{{end}}{{range 3}}{{.}}{{end}}": "[1][x][map[deep:[y]]][<no value>]012",
  },
  "functions": {
    '{{eq .n "5"}} {{eq .s "a" "héllo"}} {{ne .x nil}}': "true true false",
    '{{or .x .e "default"}} {{and .n .s}} {{not .x}}': "default héllo true",
    "{{or .n (index .l 99)}} {{and .x .s.fails}}": "5 <no value>",
    "{{len .s}} {{len .l}} {{.s | len | print}}": "6 4 6",
    '{{print 1 2 "a" 3}} {{print .n .n}}': "1 2a3 55",
    '{{.s | printf "%-7s|%q" "a"}}': 'a      |"héllo"',
    '{{printf "%5.1f|%05d|%x|%c|%T" 2.25 -42 255 65 .n}}': "  2.2|-0042|ff|A|json.Number",
    '{{printf "%d %s %d" .n 1}}': "%!d(json.Number=5) %!s(int=1) %!d(MISSING)",
    '{{printf "a" 1 nil}}': "a%!(EXTRA int=1, <nil>)",
  },
};

for (const [name, templates] of Object.entries(RENDERED)) {
  Deno.test(`Go templates: ${name}`, () => {
    for (const [template, text] of Object.entries(templates)) {
      assert.deepEqual(parseTemplate(template).render(SAMPLE), { text }, template);
    }
  });
}

Deno.test("a template that fails keeps what it has written, and says why", () => {
  const FAILING: readonly [string, string, string][] = [
    ["a{{.s.x}}b", "a", "can't evaluate field x in type string"],
    ["{{.null.x}}", "", "nil pointer evaluating interface {}.x"],
    ["a{{eq .n 5}}", "a", "incompatible types for comparison: json.Number and int"],
    ["a{{index .l 9}}", "a", "index out of range: 9"],
    ["{{.n}}{{range .n}}{{end}}", "5", "range can't iterate over json.Number"],
    ["{{range .l}}{{.}} {{len .}} {{end}}", "a 1 1 1 <no value> ", "len of type <nil>"],
    ["{{nil}}", "", "nil is not a command"],
    ["{{printf .n}}", "", "wrong type for value; expected string; got json.Number"],
    ["{{not 1 2}}", "", "wrong number of args for not: got 2"],
    ['{{print "%[1]d" | printf}}', "", '"%[" in the format: argument indexes are not supported'],
  ];
  for (const [template, text, error] of FAILING) {
    assert.deepEqual(parseTemplate(template).render(SAMPLE), { text, error }, template);
  }
});

Deno.test("numbers have JavaScript's digits; a lone surrogate is U+FFFD where it is used", () => {
  const data = { one: 1.0, thousand: 1e3, big: 2n ** 70n, high: "\ud83d", low: "\ude00", e: 1e21 };
  const render = (template: string) => parseTemplate(template).render(data).text;
  assert.equal(render("{{.one}} {{.thousand}} {{.e}}"), "1 1000 1e+21");
  assert.equal(render("{{.big}} {{len .big}}"), "1180591620717411303424 22");
  assert.equal(render("{{.high}}{{.low}} {{print .high .low}}"), "\ufffd\ufffd \ufffd\ufffd");
  assert.equal(
    render('{{eq .high "\ufffd"}} {{len .low}} {{printf "%q" .low}}'),
    'true 3 "\ufffd"',
  );
});
