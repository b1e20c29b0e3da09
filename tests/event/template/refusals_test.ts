import assert from "node:assert/strict";
import { parseTemplate, TemplateError } from "../../../src/event/template/template.ts";

/** A template, with ▲ where it is wrong, and the message. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  // Outside of the subset.
  ["a{{▲$x := 1}}", /variable \$x is not supported; the only one is \$/],
  ["{{▲$x}}", /variable \$x is not supported/],
  ["{{range ▲$i, $e := .l}}{{end}}", /variable \$i is not supported/],
  ["{{$ ▲:= 1}}", /unexpected ":=" in operand/],
  ['{{▲define "a"}}{{end}}', /define: named templates are not supported/],
  ['{{▲template "a"}}', /template: named templates are not supported/],
  ['{{▲block "a" .}}{{end}}', /block: named templates are not supported/],
  ["{{range .l}}{{▲break}}{{end}}", /break and continue are not supported/],
  ["{{range .l}}{{▲continue}}{{end}}", /break and continue are not supported/],
  ...["call", "ge", "gt", "html", "js", "le", "lt", "println", "slice", "urlquery", "upper"].map(
    (name) =>
      [
        `{{.a | ▲${name} 1}}`,
        new RegExp(`function "${name}" is not supported; .* and, eq`),
      ] as const,
  ),
  ["{{▲1i}}", /complex numbers are not supported/],
  ["{{▲1+2i}}", /complex numbers are not supported/],
  ['{{▲"\\xff"}}', /bytes that are no UTF-8/],
  ['{{printf ▲"a %[1]d" 1}}', /"%\[" in the format: argument indexes/],
  ['{{printf ▲"%*d" 1 2}}', /a width from the arguments/],
  ['{{printf ▲"%.*f" 1 2.0}}', /a width from the arguments/],
  ["{{printf ▲`%p` .}}", /"%p" in the format: this verb is not supported/],
  ['{{▲"%p" | printf}}', /"%p" in the format: this verb is not supported/],
  ['{{printf ▲"%9999999d" 1}}', /such a size is not supported/],
  // Go refuses them, too.
  ["a ▲{{.a", /unclosed action/],
  ["{{.a▲}", /bad character U\+007D/],
  ["{{.a ▲}", /unexpected "}" in operand/],
  ["{{▲if .a}}b", /\{\{if\}\} has no \{\{end\}\}/],
  ["{{▲if .a}}{{range .b}}{{end}}", /\{\{if\}\} has no \{\{end\}\}/],
  ["{{.a}}{{▲end}}", /unexpected \{\{end\}\}/],
  ["{{▲else}}", /unexpected \{\{else\}\}/],
  ["{{if .a}}{{else}}{{▲else}}{{end}}", /expected end; found \{\{else\}\}/],
  ["{{if .a}}{{else ▲with .b}}{{end}}", /unexpected "with" in else/],
  ["{{if .a}}{{end ▲1}}", /unexpected "1" in end/],
  ["{{if▲}}{{end}}", /missing value for if/],
  ["{{▲}}", /missing value for command/],
  ["{{ (▲) }}", /missing value for parenthesized pipeline/],
  ["{{.a | ▲| .b}}", /unexpected "\|" in command/],
  ["{{▲| .a}}", /unexpected "\|" in command/],
  ["{{1 | ▲2}}", /non executable command in pipeline stage 2/],
  ["{{▲(.a}}", /unclosed left paren/],
  ["{{.a▲)}}", /unexpected right paren/],
  ["{{print▲(1)}}", /unexpected "\(" in operand/],
  ["{{.a ▲, .b}}", /unexpected "," in operand/],
  ["{{.a▲-b}}", /bad character U\+002D "-"/],
  ["{{▲€}}", /unrecognized character in action: U\+20AC/],
  ["{{.a▲: 1}}", /expected :=/],
  ["{{▲1.b}}", /bad number syntax: U\+0062 "b" behind 1\./],
  ["{{nil▲.a}}", /unexpected \. after term nil/],
  ['{{▲"a}}', /unterminated quoted string/],
  ["{{▲`a}}", /unterminated raw quoted string/],
  ["{{▲'a}}", /unterminated character constant/],
  ["{{▲'ab'}}", /malformed character constant/],
  ['{{▲"\\q"}}', /invalid escape/],
  ["{{▲08}}", /illegal number syntax: 08/],
  ["{{▲1__0}}", /illegal number syntax: 1__0/],
  ["{{▲1e999}}", /too large/],
  ["{{▲99999999999999999999}}", /integer overflow/],
  ["{{▲-.a}}", /bad number syntax/],
  ["{{.a ▲- }}", /illegal number syntax: -/],
  ["a▲{{/* b", /unclosed comment/],
  ["{{/* a */▲ }}", /comment ends before closing delimiter/],
  ["{{ ▲/* a */}}", /unexpected "\/" in command/],
  // Offsets count UTF-16 units.
  ["😀{{▲foo}}", /function "foo" is not supported/],
];

Deno.test("parseTemplate says what is wrong, and where", () => {
  for (const [marked, message] of REFUSED) {
    const template = marked.replace("▲", "");
    const check = (error: unknown) => {
      assert.ok(error instanceof TemplateError, template);
      assert.match(error.message, message);
      assert.equal(error.offset, marked.indexOf("▲"), template);
      return true;
    };
    assert.throws(() => parseTemplate(template), check, template);
  }
});
