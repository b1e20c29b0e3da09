/** printf: each verb, flag, width and precision over each type, and its notes on mistakes. */
export const PRINTF = String.raw`
{{printf}}
{{printf ""}} {{printf "a"}} {{printf "%%"}} {{printf "100%% %s" "a"}}
{{printf 1}}
{{printf nil}}
{{printf .n}}
{{printf .x}}
{{printf .null}}
{{printf .m}}
{{printf true}}
{{printf .s}} {{printf .s.x}}
{{printf (print "%d") 1}} {{"%v" | printf}} {{1 | printf "%v"}} {{.x | printf "%v"}}
{{printf .html}} {{printf "%s" .html}}
{{printf "%v %v %v %v %v" .n .f .s .t .null}} {{printf "%v %v %v" .x nil 1.5}}
{{printf "%+v %+v %+v %+v" .n 1 1.5 .m}} {{printf "%v %v" .l .m}}
{{printf "%#v %#v %#v %#v %#v" 1 1.5 1e6 "a\"" true}} {{printf "%#v %#v %#v %#v" .n .l .m nil}} {{printf "%#v" (index "a" 0)}}
{{printf "%s %s %s %s" .n .s .l .m}} {{printf "%s %s %s %s %s" 1 1.5 true nil .null}}
{{printf "%q %q %q %q" .n .s .l .m}} {{printf "%q %q %q" 65 'é' 0x1F600}} {{printf "%q %q %q" 1.5 true nil}}
{{printf "%+q %#q %#+q %q" "é" "a" "é" "a\u200b\U0001f600\x00"}} {{printf "%#q" "a` + "\\x60" +
  String.raw`b"}}
{{printf "%+q %#q %q" 'é' 'a' 0x10ffff}} {{printf "%q %q" -1 0x110000}} {{printf "%q" "\a\b\f\n\r\t\v\\'\"\x7f"}}
{{printf "%d %d %d %d %d" .n .s .l .t nil}} {{printf "%d %d" .f 1.5}} {{printf "%d" .m}}
{{printf "%d|%5d|%-5d|%05d|%+d|% d|%+05d|%x|%-05d" 42 42 42 42 42 42 42 42 42}}
{{printf "%d|%5d|%-5d|%05d|%+d|% d|%+05d|%x|%-05d" -42 -42 -42 -42 -42 -42 -42 -42 -42}}
{{printf "%.d|%.0d|%5.0d|%.3d|%08.3d|%+.3d|%-8.3d|" 0 0 0 7 7 7 7}}
{{printf "%-+5d|%+-5d|%0-5d|%-05d|% +d|%+ d|" 1 2 3 4 5 6}}
{{printf "%b %o %O %x %X %c %U %#U" 233 233 233 233 233 233 233 233}} {{printf "%#b %#o %#x %#X %#O %#d" 8 8 8 255 8 8}}
{{printf "%c|%5c|%-5c|%05c|%c%c%c" 65 65 65 65 0xd800 0x110000 -1}} {{printf "%c %c" "a" 1.5}}
{{printf "%U %U %U|%10U|%-10U|%.6U|%#U|%#.6U" 0 -1 0x10ffff 65 65 65 0x110000 65}}
{{printf "%t %t|%6t|%-6t|%06t|%d %s %q %x" true false true true true true true true true}} {{printf "%t %t" 1 "true"}}
{{printf "%T %T %T %T %T %T %T %T" .n .s .l .m .t nil 1 1.5}} {{printf "%5T|%-8T|%.2T|%T" 1 1 1.5 (index "a" 0)}}
{{printf "%f %e %g %E %G %F" 1.5 1.5 1.5 1.5 1.5 1.5}} {{printf "%f %e %g" 1 "a" true}} {{printf "%f" .f}}
{{printf "%.0f %.0f %.0f %.0f %.1f %.1f %.2f" 0.5 1.5 2.5 3.5 0.25 0.35 1.005}}
{{printf "%6.2f|%-8.2f|%08.2f|%+.2f|% .2f|%+08.2f|%.10f" 3.14159 3.14159 3.14159 3.14159 3.14159 -3.14159 0.1}}
{{printf "%.3e|%12.3e|%-12.3e|%012.3e|%.0e|%e" 12345.678 12345.678 12345.678 12345.678 2.5 0.0}}
{{printf "%g %g %g %g %g %g %g" 100000.0 1e6 1e20 1e21 0.0001 0.00001 123456789.0}} {{printf "%.3g %.3g %.10g %.0g %.1g" 1234.5 1000.0 100000.0 2.5 0.00001234}}
{{printf "%v %.3v %10v|%-10v|%010v|%+v|% v" 1.5 1234.5 1.5 1.5 1.5 1.5 1.5}} {{printf "%e %g %f" 5e-324 5e-324 1e300}}
{{printf "%#g %#.3g %#e %#.0f %#.0e %#v %#f" 1.0 1.0 1.0 1.0 1.0 1.0 0.0}} {{printf "%#g %#g" 1e21 0.0}}
{{printf "%x %X %x %.3x %.0x %.20x %b %b" 1.5 0.1 0.0 1.5 1.9 1.5 1.5 0.0}} {{printf "%x %x %x" 1e300 5e-324 -2.0}} {{printf "%#x %#X %#.3x" 2.5 2.5 2.5}}
{{printf "%f %g %e" -0.0 -0.0 -0.0}} {{printf "%08.2f|%+.1f|% .1f|%+g" -1.5 -1.5 -1.5 1e6}}
{{printf "%x %X % x %#x %# x %.2x % X %#X" "héy" "hi" "hi" "hi" "hi" "hello" "hi" "hi"}} {{printf "%x|%5x|% x|%#x" "" "a" "" ""}} {{printf "%x %x" .n .l}}
{{printf "%s|%8s|%-8s|%08s|%.2s|%8.2s|%-8.2s|%.0s|%.9s|" .s .s .s .s .s .s .s .s .s}} {{printf "%5s|%5s|%.1s|%2s" "é" "😀" "😀a" "abc"}}
{{printf "%8q|%-8q|%08q|%.2q|%v|%8v|%.2v|" "ab" "ab" "ab" "abc" "abc" "abc" "abc"}}
{{printf "%5v|%-5v|%05v|%5s|%5d|%v" nil nil nil nil nil .null}} {{printf "%5v %05v %.1v" .l .l .l}} {{printf "%5v" .m}}
{{printf "%d"}} {{printf "%s %s" "a"}} {{printf "%5.2f"}} {{printf "%é"}}
{{printf "a" 1}} {{printf "a" 1 nil .n "x" .l 1.5 true}} {{printf "%d" 1 2}} {{printf "" nil}}
{{printf "%" 1}} {{printf "%"}} {{printf "a%"}} {{printf "%5"}} {{printf "%-"}} {{printf "%."}} {{printf "%5." 1}} {{printf "%.5"}}
{{printf "%!" 1}} {{printf "%z %Z" 1 "a"}} {{printf "%é" 1}} {{printf "%😀" "a"}} {{printf "% "}} {{printf "%\n" 1}}
{{printf "%5d|%-8d|%.2d|%05d" "x" "y" "abc" "z"}} {{printf "%5s|%-5s|%05s|%+s|% s|%.3s" 1 1 1 1 1 1}} {{printf "%#s %+s %.1s" 1.5 1.5 1.25}}
{{printf "%%|%5%|%-%|%.2%|%d" 1}}
{{printf "%d %s %x %c %q %T" (index "a" 0) (index "a" 0) (index "a" 0) (index "a" 0) (index "a" 0) (index "a" 0)}}
{{printf "%d %T" .n.Int64 .n.Int64}} {{printf "%.2f %T" .n.Float64 .n.Float64}}
{{printf "%v" .order}} {{printf "%q" .odd}} {{printf "%d" .objects}} {{printf "%T" .objects}}
{{printf "%s" .l.x}}
{{printf "%s" (printf "%d" 1)}} {{printf (printf "%%%s" "d") 7}}
{{printf "%3c|%-3c|%03c" 'é' 'é' 'é'}} {{printf "%10.3v|%-10.3v|" "abcdef" .n}} {{printf "%+d %+d" .l 1}}
{{printf "%08b|%-8b|%#08b|%#x|%#08x|% x" 5 5 5 -255 255 255}} {{printf "%x %o %b" -255 -8 -5}}
{{printf "%20d|%-20d|%020d" 9223372036854775807 -9223372036854775808 -9223372036854775808}} {{printf "%x %b" -9223372036854775808 1}}
`;
