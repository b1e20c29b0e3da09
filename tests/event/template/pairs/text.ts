/** Text, delimiters, trim markers, comments, and what Go's lexer and parser refuse. */
export const TEXT = String.raw`
plain text, no action
{ } }} {{"{{"}} {{"}}"}} }
{{.n}}}
{{{.n}}}
a {{.n}} b {{.n}}
a {{- .n -}} b
a {{- .n}} b {{.n -}} c
a {{-  .n  -}}  b
{{- .n -}}
{{-3}} {{-3 -}} a {{- -3 -}} b {{- 3}}
{{- "a" -}} {{- "b" -}}
{{- -}}
{{-}}
{{-.n}}
{{.n-}}
{{.n - }}
{{.n -}}}
a {{/* x */}} b
a {{- /* x */ -}} b
a {{- /* x */}} b
a {{/* x */ -}} b
a {{/**/}} b
a {{/*/}} b
a {{/* }} {{ */}} b
a {{/* x * / */}} b
a {{ /* x */}} b
a {{/* x */ }} b
a {{/* x */-}} b
a {{-/* x */}} b
a {{/* x
a {{/* x */
{{.n /* x */}}
{{.n
{{.n }
{{"a
{{"a}}
{{'a}}
{{
a {{ b
{{}}
{{ }}
{{-  -}}
{{/}}
{{|}}
{{| .n}}
{{.n |}}
{{.n | | .n}}
{{.n || .n}}
{{.n | }}
{{()}}
{{( )}}
{{(|)}}
{{(.n |)}}
{{(.n}}
{{.n)}}
{{((.n)}}
{{(.n))}}
{{( .n )}}
{{(((.n)))}}
{{.n.}}
{{.n..s}}
{{..n}}
{{. .}}
{{.n .s}}
{{.1}}
{{.1a}}
{{.n-s}}
{{.n,s}}
{{.n, s}}
{{.n:}}
{{.n=1}}
{{.n = 1}}
{{.n!}}
{{!}}
{{.n + 1}}
{{.n == 5}}
{{#}}
{{.n;}}
{{\}}
{{é}}
{{€}}
{{.€}}
{{"a""b"}}
{{"a" "b"}}
{{"a".b}}
{{1.b}}
{{1.5.b}}
{{nil.b}}
{{true.b}}
{{'a'.b}}
{{print(1)}}
{{print (1)(2)}}
{{print (1) (2)}}
{{print "a"(2)}}
{{print .n(2)}}
{{(1) 2}}
{{1 2}}
{{nil}}
{{nil 1}}
{{1 | nil}}
{{1 | 2}}
{{1 | "a"}}
{{1 | true}}
{{1 | .}}
{{1 | (print)}}
{{true1}}
{{trueish}}
{{foo}}
{{foo.bar}}
{{Print 1}}
{{end}}
{{else}}
{{end 1}}
{{if}}{{end}}
{{if }}{{end}}
{{if .n}}
{{if .n}}{{else}}
{{if .n}}{{end}}{{end}}
{{if .n}}{{end 1}}
{{if .n}}{{else 1}}{{end}}
{{if .n}}{{else}}{{else}}{{end}}
{{if .n}}{{else}}{{else if .n}}{{end}}
{{if .n}}{{else if}}{{end}}
{{if .n}}{{else with .n}}{{end}}
{{if .n}}{{else range .n}}{{end}}
{{with .n}}{{else if .n}}{{end}}
{{range .l}}{{else range .l}}{{end}}
{{range .l}}{{else if .l}}{{end}}
{{range}}{{end}}
{{with}}{{end}}
{{with | .n}}{{end}}
{{if .n |}}a{{end}}
{{if if}}{{end}}
{{print if}}
{{.n end}}
{{ if .n }}a{{ else }}b{{ end }}
{{- if .n -}} a {{- else -}} b {{- end -}}
{{if .n}}{{/* c */}}{{end}}
{{else if .n}}{{end}}
{{.n
}} {{
.s}}
a {{- "é" -}}   b
`;
