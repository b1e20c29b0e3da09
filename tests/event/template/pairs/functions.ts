/** eq, ne, len, print, literals and pipelines. */
export const FUNCTIONS = String.raw`
{{eq}}
{{eq 1}}
{{eq 1 1}} {{eq 1 2}} {{eq 1 2 1}} {{eq 1 2 3}}
{{eq "a" "a"}} {{eq "a" "b" "a"}} {{eq "" ""}}
{{eq 1.5 1.5}} {{eq 1.0 1e0}} {{eq 0.0 -0.0}}
{{eq true true}} {{eq true false}} {{eq true .t}} {{eq .fl false}}
{{eq .n "5"}} {{eq .digits .n}} {{eq .n .n}} {{eq .z "0"}} {{eq .f "1.5"}}
{{eq .n 5}}
{{eq .f 1.5}}
{{eq .n 1 "5"}}
{{eq .n "5" 1}}
{{eq 1 1.0}}
{{eq 1 "1"}}
{{eq 1 true}}
{{eq 'a' 97}} {{eq 0x10 16}}
{{eq (index "a" 0) 97}} {{eq 97 (index "a" 0)}} {{eq -1 (index "a" 0)}} {{eq (index "a" 0) (index "aa" 1)}}
{{eq .n.Int64 5}} {{eq .n.Float64 5.0}} {{eq .n.String "5"}}
{{eq (len .l) 4}}
{{eq .l .l}}
{{eq .m .m}}
{{eq .l .m}}
{{eq .em .em}}
{{eq .l .s}}
{{eq .s .l}}
{{eq .l 1}}
{{eq .m nil}} {{eq nil .m}} {{eq .l .null}} {{eq .el .x}}
{{eq nil nil}} {{eq .x nil}} {{eq .null .x}} {{eq .x .y}} {{eq nil}}
{{eq "a" nil}} {{eq nil "a"}} {{eq 1 nil}} {{eq .x 1}} {{eq .x ""}} {{eq false nil}}
{{eq .x nil 1 "a"}} {{eq .x 1 "a" nil}}
{{"5" | eq .n}} {{.n | eq "5"}} {{.n | eq}}
{{ne 1 1}} {{ne 1 2}} {{ne "a" "b"}} {{ne .x "a"}} {{ne .x nil}} {{ne .n "5"}}
{{ne 1}}
{{ne 1 2 3}}
{{ne 1 "a"}}
{{ne .n 5}}
{{ne .l .l}}
{{1 | ne 2}}
{{len .s}} {{len .n}} {{len .m}} {{len .l}} {{len .e}} {{len .em}} {{len .el}} {{len "é😀"}} {{len .big}}
{{len}}
{{len 1}}
{{len 1.5}}
{{len true}}
{{len nil}}
{{len .null}}
{{len .x}}
{{len .s .s}}
{{.s | len}} {{len (print .l)}} {{.s | len | print}}
{{print}} {{print ""}} {{print nil}} {{print 1}} {{print 1.5}} {{print true}} {{print .x}} {{print .null}}
{{print 1 2}} {{print 1 "a" 2}} {{print "a" "b"}} {{print 1 2 "a" 3 4}} {{print nil nil}} {{print nil 1}}
{{print .n .n}} {{print .n 1}} {{print 1 .n 2}} {{print 1 .n.String 2}} {{print .n.Int64 .n.Int64}}
{{print .l .l}} {{print .l .m}} {{print .l "a"}} {{print true false}} {{print 'a' 'b'}} {{print (index "a" 0) 1}}
{{print 1.0 2.5e10 1e6 100000.0 1e20 1e21 1e-4 1e-5 123456789.0}}
{{print .s.y}}
{{print len}}
{{print print}} {{print (print) 1}}
{{.n | print 1}} {{.x | print 1}} {{1 | print 1 2}}
{{print .html}} {{.html}}
{{true}} {{false}} {{print true}}
{{0}} {{00}} {{-0}} {{+5}} {{007}} {{0x1F}} {{0X1f}} {{0b101}} {{0B1}} {{0o17}} {{0O7}} {{1_000}} {{0x_1}} {{0_7}}
{{1.}} {{.5}} {{-.5}} {{1.5e3}} {{1E-3}} {{0x1p4}} {{0x1.8p1}} {{-0x1p-2}} {{0x.8p0}} {{1_0.5}} {{-0.0}} {{1e-400}}
{{printf "%T %T %T %T %T %T %T" 1 1.0 1e3 0x1e -0x1e 'a' 0x1p4}}
{{9223372036854775807}} {{-9223372036854775808}}
{{9223372036854775808}}
{{0xffffffffffffffff}}
{{18446744073709551616}}
{{-9223372036854775809}}
{{if .x}}{{9223372036854775808}}{{end}}ok
{{1e400}}
{{08}}
{{1__0}}
{{1_}}
{{0x}}
{{0b2}}
{{0o8}}
{{0x1.8}}
{{1e}}
{{1e+}}
{{1p3}}
{{+}}
{{-}}
{{1a}}
{{1_000.5_0}} {{08.5}}
{{"\a\b\f\n\r\t\v\\\""}} {{"\x41\101\u0041\U00000041"}} {{"\xc3\xa9"}}
{{"\'"}}
{{"\q"}}
{{"\x4"}}
{{"\400"}}
{{"\ud800"}}
{{"\U00110000"}}
{{"é😀"}} {{"tab	in it"}}
{{'a'}} {{'é'}} {{'😀'}} {{'\n'}} {{'\''}} {{'\\'}} {{'\x41'}} {{'\xff'}} {{'\u00e9'}} {{'"'}} {{'\101'}}
{{''}}
{{'ab'}}
{{'\"'}}
{{'\q'}}
{{'\ud800'}}
`;
