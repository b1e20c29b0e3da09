import fc from "fast-check";
import { arbitraryFormat } from "./arbitrary_format.ts";
import type { Pair } from "./pair.ts";

const some = (parts: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...parts), { maxLength }).map((list) => list.join(""));

/** Number-like texts, most of which are none. */
const number = fc.oneof(
  some([..."0011234567789._eExXpPoObB+-aFi", "0x", "1e", "1_"], 8).map((text) => `1${text}`),
  some([..."00789._", "1_0", "e1", "p-2"], 6).map((text) => `0${text}`),
  some([..."0123456789abcdefABF_", ".8", "p+3", "p-1080"], 30).map((text) => `-0x${text}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential()),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.constantFrom("9223372036854775807", "9223372036854775808", "-9223372036854775809"),
);

const ESCAPES = [..."abfnrtv\\'\"", "x41", "xc3\\xa9", "u00e9", "U0001F600", "ud800", "101", "400"]
  .map((escape) => `\\${escape}`);

const quoted = some([..."ab 5é😀'%", "\\z", "\\x", "\\0", "\t", "\u0085", "\u200b", ...ESCAPES], 6)
  .map((text) => `"${text}"`);
const raw = some([..."ab\"'\\\n\r{}", "{{", "}}"], 6).map((text) => `\`${text}\``);
const character = some([..."aé'\"\\😀", "\ud7ff", ...ESCAPES], 2).map((text) => `'${text}'`);

const literal = fc.oneof(number, quoted, raw, character);

/** A literal alone and in any format: what it is, and how each verb shows it. */
export const arbitraryLiteralPair: fc.Arbitrary<Pair> = fc.tuple(literal, arbitraryFormat)
  .map(([one, format]) => ({
    template: `{{${one}}} {{printf "%T" ${one}}} {{printf ${format} ${one}}}`,
    data: {},
  }));
