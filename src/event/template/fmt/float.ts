import { type Decimal, exactDecimal, round, shortestDecimal } from "./decimal.ts";
import type { Directive } from "./format.ts";
import { binaryExponent, hexadecimalFloat } from "./binary_float.ts";
import { padSpaces, repeat } from "./pad.ts";

/** A float64; undefined when the verb is none for floats. */
export function formatFloat(value: number, directive: Directive): string | undefined {
  const digits = unsigned(Math.abs(value), directive);
  if (digits === undefined) return undefined;
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? "-" : directive.plus ? "+" : directive.space ? " " : "";
  const { zero, minus, width } = directive;
  const missing = zero && !minus && width !== undefined ? width - sign.length - digits.length : 0;
  return padSpaces(sign + repeat("0", missing) + digits, directive);
}

function unsigned(value: number, { verb, precision, sharp }: Directive): string | undefined {
  switch (verb) {
    case "v":
    case "g":
    case "G": {
      const shown = general(value, precision);
      const text = sharp ? withPoint(shown, precision ?? 6) : shown;
      return verb === "G" ? text.toUpperCase() : text;
    }
    case "e":
    case "E": {
      const places = precision ?? 6;
      const text = scientific(round(exactDecimal(value), places + 1), places);
      const pointed = sharp ? withPoint(text, 0) : text;
      return verb === "E" ? pointed.toUpperCase() : pointed;
    }
    case "f":
    case "F": {
      const places = precision ?? 6;
      const exact = exactDecimal(value);
      const text = fixed(round(exact, exact.point + places), places);
      return sharp ? withPoint(text, 0) : text;
    }
    case "x":
    case "X": {
      const text = hexadecimalFloat(value, precision);
      // Go fills up with zeros for x only.
      const pointed = sharp ? withPoint(text, verb === "x" ? precision ?? 6 : 0) : text;
      return verb === "X" ? pointed.toUpperCase() : pointed;
    }
    case "b":
      return binaryExponent(value);
    default:
      return undefined;
  }
}

/** `%g`: an exponent when it is below -4 or not below the precision. */
function general(value: number, precision: number | undefined): string {
  const decimal = precision === undefined
    ? shortestDecimal(value)
    : round(exactDecimal(value), Math.max(1, precision));
  const { digits, point } = decimal;
  const exponent = digits === "" ? 0 : point - 1;
  let limit = precision === undefined ? 21 : Math.max(1, precision);
  if (limit > digits.length && digits.length >= point) limit = digits.length;
  if (precision === undefined) limit = 6;
  if (digits !== "" && (exponent < -4 || exponent >= limit)) {
    return scientific(decimal, digits.length - 1);
  }
  return fixed(decimal, Math.max(0, digits.length - point));
}

function scientific({ digits, point }: Decimal, places: number): string {
  const exponent = digits === "" ? 0 : point - 1;
  const fraction = digits.slice(1) + repeat("0", places - Math.max(0, digits.length - 1));
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0] ?? "0"}${fraction && `.${fraction}`}e${exponent < 0 ? "-" : "+"}${size}`;
}

function fixed({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point) + repeat("0", point - digits.length) : "0";
  const behind = repeat("0", Math.min(places, Math.max(0, -point))) +
    digits.slice(Math.max(0, point));
  return places === 0 ? whole : `${whole}.${behind}${repeat("0", places - behind.length)}`;
}

/** What `#` asks for: always a point, and for `%g` and `%x` zeros up to so many digits. */
function withPoint(text: string, count: number): string {
  const [, mantissa = "", exponent = ""] = /^(0x[^p]*|[^e]*)(.*)$/.exec(text)!;
  // Go counts the x of 0x as a digit; zeros before the first digit are none, but 0 is one.
  const digits = mantissa.replace(".", "").replace(/^0+/, "").length || 1;
  const pointed = mantissa.includes(".") ? mantissa : `${mantissa}.`;
  return pointed + repeat("0", count - digits) + exponent;
}
