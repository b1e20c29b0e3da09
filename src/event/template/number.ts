import { int, type Value } from "./value.ts";

/** A number literal: a constant, one that Go refuses when it is evaluated, or none. */
export type NumberLiteral =
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "overflow" }
  | { readonly kind: "wrong"; readonly reason: string };

const INTEGER = new RegExp(
  `^[+-]?(?:${
    [
      /0[xX](?:_?[\da-fA-F])+/,
      /0[oO](?:_?[0-7])+/,
      /0[bB](?:_?[01])+/,
      /[1-9](?:_?\d)*/,
      /0(?:_?[0-7])*/,
    ].map(({ source }) => source).join("|")
  })$`,
);
const DECIMAL =
  /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
const MANTISSA = /((?:_?[\da-fA-F])*)(?:\.((?:[\da-fA-F](?:_?[\da-fA-F])*)?))?/;
const HEXADECIMAL = new RegExp(`^([+-]?)0[xX]${MANTISSA.source}[pP]([+-]?\\d(?:_?\\d)*)$`);

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/**
 * Reads a number as Go reads it in a template: integers in Go's bases are int, what has a point or
 * an exponent is float64 (an exponent is also what the `e` of `-0x1e` is taken for).
 */
export function parseNumber(text: string): NumberLiteral {
  const integer = INTEGER.test(text) ? toInteger(text) : undefined;
  const looksFloat = /[.eEpP]/.test(text) && (!/^0[xX]/.test(text) || /[pP]/.test(text));
  if (integer !== undefined && integer >= -MAX_INT - 1n && integer <= MAX_INT) {
    return looksFloat ? float(Number(integer)) : { kind: "constant", value: int(integer) };
  }
  if (integer !== undefined) {
    const isUnsigned = integer > 0n && integer <= MAX_UINT && text[0] !== "+";
    return isUnsigned ? { kind: "overflow" } : wrong(`integer overflow: ${text}`);
  }
  if (DECIMAL.test(text)) {
    if (!/[.eE]/.test(text)) return wrong(`illegal number syntax: ${text}`);
    return float(Number(text.replaceAll("_", "")));
  }
  const hexadecimal = HEXADECIMAL.exec(text);
  if (!hexadecimal) return wrong(`illegal number syntax: ${text}`);
  const [, sign, whole = "", fraction = "", exponent = ""] = hexadecimal;
  if (whole === "" && fraction === "") return wrong(`illegal number syntax: ${text}`);
  return float((sign === "-" ? -1 : 1) * fromHexadecimal(whole, fraction, exponent));
}

const wrong = (reason: string): NumberLiteral => ({ kind: "wrong", reason });

const float = (value: number): NumberLiteral =>
  Number.isFinite(value)
    ? { kind: "constant", value: { kind: "float", value } }
    : wrong("number too large for a float64");

/** A leading zero alone is the octal prefix, which BigInt does not know. */
function toInteger(text: string): bigint {
  const digits = text.replace(/^[+-]/, "").replaceAll("_", "");
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return text[0] === "-" ? -value : value;
}

function fromHexadecimal(whole: string, fraction: string, exponentText: string): number {
  const fractionDigits = fraction.replaceAll("_", "");
  let mantissa = BigInt(`0x${whole.replaceAll("_", "")}${fractionDigits}`);
  let exponent = Number(exponentText.replaceAll("_", "")) - 4 * fractionDigits.length;
  // 64 bits, and whether there was anything behind them, are all that rounding needs.
  const surplus = Math.max(0, mantissa.toString(2).length - 64);
  const high = mantissa >> BigInt(surplus);
  mantissa = (high << BigInt(surplus)) === mantissa ? high : high | 1n;
  exponent += surplus;
  const half = Math.max(-1000, Math.min(1000, Math.trunc(exponent / 2)));
  return Number(mantissa) * 2 ** half * 2 ** (exponent - half);
}
