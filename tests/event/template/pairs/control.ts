/** if, with, range, and, or, not. */
export const CONTROL = String.raw`
{{if .n}}a{{else}}b{{end}}
{{if .z}}a{{else}}b{{end}}
{{if .e}}a{{else}}b{{end}}
{{if .x}}a{{end}}c
{{if .null}}a{{else}}b{{end}}
{{if .t}}a{{end}}{{if .fl}}b{{end}}{{if .em}}c{{end}}{{if .el}}d{{end}}{{if .m}}e{{end}}{{if .l}}f{{end}}
{{if 0}}a{{end}}{{if 1}}b{{end}}{{if 0.0}}c{{end}}{{if -0.0}}d{{end}}{{if 0.1}}e{{end}}{{if ""}}f{{end}}{{if "0"}}g{{end}}
{{if nil}}a{{end}}
{{if 'a'}}a{{end}}{{if '\x00'}}b{{end}}{{if true}}c{{end}}{{if false}}d{{end}}
{{if .x}}1{{else if .e}}2{{else if .n}}3{{else}}4{{end}}
{{if .x}}1{{else if .e}}2{{else}}3{{end}}
{{if .x}}1{{else if .e}}2{{end}}
{{if .n}}{{if .s}}a{{else}}b{{end}}{{else}}c{{end}}
{{if .x}}{{.s.y}}{{end}}ok
{{if .s.y}}a{{end}}
{{if .n}}a{{.s.y}}b{{end}}
{{if eq .n "5"}}a{{end}}
{{if and .n .s}}a{{end}}{{if or .x .e}}b{{end}}{{if not .x}}c{{end}}
{{if .n | not}}a{{else}}b{{end}}
{{with .n}}{{.}}{{end}}
{{with .x}}a{{else}}{{.n}}{{end}}
{{with .m}}{{.b}} {{$.n}} {{.n}}{{end}}
{{with .m}}{{with .m}}{{.deep}}{{$.s}}{{end}}{{.b}}{{end}}
{{with .x}}1{{else with .m}}{{.b}}{{else}}3{{end}}
{{with .x}}1{{else with .e}}2{{else}}{{.s}}{{end}}
{{with .x}}1{{else with .e}}2{{end}}
{{with nil}}a{{end}}
{{with 1.5}}{{.}}{{end}}
{{with (index .l 1)}}{{.}}{{end}}
{{with index .l 2}}a{{else}}b{{end}}
{{range .l}}[{{.}}]{{end}}
{{range .strings}}{{.}}{{$.n}} {{end}}
{{range .objects}}{{.name}}:{{range .tags}}{{.}}{{else}}none{{end}} {{end}}
{{range .el}}a{{else}}b{{end}}
{{range .em}}a{{else}}b{{end}}
{{range .x}}a{{else}}b{{end}}
{{range .null}}a{{else}}b{{end}}
{{range nil}}a{{end}}
{{range .m}}[{{.}}]{{end}}
{{range .order}}{{.}}{{end}}
{{range .odd}}[{{.}}]{{end}}
{{range $}}.{{end}}
{{range .}}{{printf "%T " .}}{{end}}
{{range 3}}{{.}}{{end}}
{{range 0}}a{{else}}b{{end}}
{{range -1}}a{{else}}b{{end}}
{{range 2}}{{printf "%T" .}}{{end}}
{{range '\x02'}}{{.}}{{end}}
{{range (index "\x03" 0)}}{{printf "%T%v" . .}}{{end}}
{{range .n.Int64}}{{printf "%T%v" . .}}{{end}}
{{range len .s}}{{.}}{{end}}
{{range .n}}a{{else}}b{{end}}
{{range .s}}a{{else}}b{{end}}
{{range .e}}a{{else}}b{{end}}
{{range .t}}a{{else}}b{{end}}
{{range 1.0}}a{{else}}b{{end}}
{{range 1e3}}a{{else}}b{{end}}
{{range .l}}{{.b}}{{end}}
{{range .objects}}{{.name.x}}{{end}}
{{range .l}}{{if .}}y{{else}}n{{end}}{{end}}
{{range .l}}{{with .}}y{{else}}n{{end}}{{end}}
{{range .l}}{{.x}}{{else}}b{{end}}
{{range (index .l 3)}}{{.}}{{end}}
{{range or .x .strings}}{{.}}{{end}}
{{range 3}}{{range 2}}{{.}}{{end}}{{.}} {{end}}
{{range .strings}}{{- . -}} , {{- end}}
{{and}}
{{or}}
{{not}}
{{and 1}} {{or 0}} {{and 0}} {{or ""}}
{{and 1 2}} {{and 0 2}} {{and 1 0}} {{and 1 "" 3}}
{{or 1 2}} {{or 0 2}} {{or 0 0.0}} {{or "" 0 "x"}}
{{and .n .s}} {{or .x .s}} {{or .x .null}} {{and .x .y}} {{or .null .x}}
{{and .x .s.y}} {{or .n .s.y}}
{{and .n .s.y}}
{{or .x .s.y}}
{{and "" (index .l 99)}} {{or 1 (index .l 99)}}
{{or nil 1}} {{and nil 1}} {{or nil}} {{or .x nil}}
{{0 | or ""}} {{1 | and ""}} {{0 | and 1}} {{1 | or}} {{.x | or}}
{{0 | or (index .l 99)}}
{{not 1}} {{not 0}} {{not ""}} {{not .x}} {{not nil}} {{not .m}} {{not .em}} {{not .z}}
{{not 1 2}}
{{.n | not}} {{.x | not | not}}
{{(or .x .m).b}} {{(and .m .objects)}} {{(or .x .null).y}}
{{or.x}}
{{or print 1}} {{and print 1}}
`;
