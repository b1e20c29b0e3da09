/** Fields, dot, `$`, index and what printing makes of each type. */
export const FIELDS = String.raw`
{{.n}} {{.f}} {{.neg}} {{.big}} {{.s}} {{.t}} {{.fl}} {{.e}}
{{.m}} {{.l}} {{.null}} {{.x}} {{.em}} {{.el}} {{.order}} {{.odd}}
{{.}}
{{$}}
{{$.n}} {{$.m.a}} {{$.x.y}}
{{.m.b}} {{.m.n}} {{.m.m.deep}} {{.m.missing}}
{{.x.y.z}}
{{.null.b}}
{{.m.n.x}}
{{.s.b}}
{{.t.b}}
{{.l.b}}
{{.n.b}}
{{.n.String}} {{.n.Int64}} {{.n.Float64}}
{{.String}} {{.s.String}}
{{printf "%T %T %T" .n.String .n.Int64 .n.Float64}}
{{.f.Int64}}
{{.f.Float64}}
{{.big.Int64}}
{{.big.Float64}}
{{.n.Int64 1}}
{{1 | .n.String}}
{{.n.Int64.x}}
{{.n.String.String}}
{{.l.String}}
{{.odd.__proto__}} {{.odd.constructor}} {{.odd.toString}} {{.odd.hasOwnProperty}}
{{.__proto__}} {{.constructor}} {{.hasOwnProperty}} {{.toString.x}}
{{index . "constructor"}} {{index .odd "__proto__"}} {{index .odd "valueOf"}}
{{.é}} {{._a}} {{.a1}}
{{.x.b 1}}
{{.m.b 1}}
{{.m 1}}
{{.null 1}}
{{.s 1}}
{{1 | .a}}
{{.a | .b}}
{{. 1}}
{{$ 1}}
{{. .a}}
{{1 | $}}
{{.n | $.x}}
{{index . "evt.time"}} {{index . "proc name"}} {{index . "nope"}}
{{index .m "a"}} {{index .m "zz"}} {{index .m "n"}}
{{index .l 0}} {{index .l 2}} {{index .l 3 0}}
{{index .objects 0 "tags" 1}} {{index .objects 2 "name"}}
{{index .s 0}} {{index .s 1}} {{index .n 0}} {{index "é" 0}}
{{index .s 6}}
{{index .e 0}}
{{index .l 4}}
{{index .l -1}}
{{index .l 9223372036854775807}}
{{index .l "0"}}
{{index .l .z}}
{{index .l 1.0}}
{{index .l true}}
{{index .l nil}}
{{index .l .x}}
{{index .l 'a'}}
{{index .l (len .e)}}
{{index .strings (index "\x01" 0)}}
{{index .m .n}}
{{index .m nil}}
{{index .m 1}}
{{index .m true}}
{{index .m .m}}
{{index .m}}
{{index .m nil "x"}}
{{index nil}}
{{index nil 1}}
{{index .null}}
{{index}}
{{index .m "n" "x"}}
{{index .m "zz" "x"}}
{{index .m "b" 0}}
{{index 1 1}}
{{index 1}}
{{index 1.5 1}}
{{index true 1}}
{{(index .m "zz").b.c}}
{{(index .m "n").b.c}}
{{(index .objects 0).name}} {{(index .objects 0).tags}}
{{(index .objects 0).name.x}}
{{(index . "m").m.deep}} {{((index . "m").m).deep}}
{{(index . "null").x}}
{{(.m).b}} {{(.null).x}} {{($).n}} {{(.).n}}
{{(.m.b)}} {{((.m)).m.deep}}
{{("a").b}}
{{(1).b}}
{{(.n).String}} {{(print 1).x}}
{{(nil).a}}
{{print.a}}
{{len.a}}
{{(.m).b 1}}
{{1 | (.m).b}}
{{1 | (.m).x}}
{{"a" | index .m}} {{0 | index .l}} {{0 | index .l 3}}
{{.m | index}}
`;
