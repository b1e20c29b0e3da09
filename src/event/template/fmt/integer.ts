import type { IntegerType } from "../value.ts";
import type { Directive } from "./format.ts";
import { pad, padSpaces, repeat } from "./pad.ts";
import { isPrintable, quoteCharacter } from "./quote.ts";

const BASES: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** An integer; undefined when the verb is none for integers. */
export function formatInteger(
  value: bigint,
  type: IntegerType,
  directive: Directive,
  goSyntax: boolean,
): string | undefined {
  const { verb, plus, sharp } = directive;
  if (verb === "v" && goSyntax && type === "uint8") {
    return inBase(value, 16, { ...directive, sharp: true });
  }
  const base = BASES[verb];
  if (base !== undefined) return inBase(value, base, directive);
  switch (verb) {
    case "c":
      return pad(character(value), directive);
    case "q":
      return pad(quoteCharacter(character(value), plus), directive);
    case "U": {
      // A negative number is shown as the unsigned one with the same bits.
      const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
      const wanted = Math.max(4, directive.precision ?? 0);
      const shown = character(value);
      const isCharacter = value >= 0n && value <= 0x10ffffn;
      const suffix = sharp && isCharacter && isPrintable(shown) ? ` '${shown}'` : "";
      const code = repeat("0", wanted - digits.length) + digits;
      return padSpaces(`U+${code}${suffix}`, directive);
    }
    default:
      return undefined;
  }
}

/** The character with this code, U+FFFD when there is none. */
function character(value: bigint): string {
  const isCode = value >= 0n && value <= 0x10ffffn;
  return String.fromCodePoint(isCode ? Number(value) : 0xfffd).toWellFormed();
}

function inBase(value: bigint, base: number, directive: Directive): string {
  const { verb, precision, zero, minus, width } = directive;
  if (precision === 0 && value === 0n) return padSpaces("", directive);
  const isNegative = value < 0n;
  const sign = isNegative ? "-" : directive.plus ? "+" : directive.space ? " " : "";

  let digits = (isNegative ? -value : value).toString(base);
  // Zeros up to the width count as digits, so that they come behind sign and prefix.
  const filled = zero && !minus && width !== undefined ? width - sign.length : 0;
  digits = repeat("0", (precision ?? filled) - digits.length) + digits;
  return padSpaces(
    sign + prefixed(verb === "X" ? digits.toUpperCase() : digits, base, directive),
    directive,
  );
}

function prefixed(digits: string, base: number, { verb, sharp }: Directive): string {
  if (sharp && base === 2) return `0b${digits}`;
  if (sharp && base === 16) return (verb === "X" ? "0X" : "0x") + digits;
  const octal = sharp && base === 8 && digits[0] !== "0" ? `0${digits}` : digits;
  return verb === "O" ? `0o${octal}` : octal;
}
