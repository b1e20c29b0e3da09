import { binary } from "./decimal.ts";
import { repeat } from "./pad.ts";

/** `%b`: the mantissa as an integer and the exponent of two: `4503599627370496p-52`. */
export function binaryExponent(value: number): string {
  const { mantissa, exponent } = binary(value);
  return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

/** `%x`: `0x1.8p+00`; halves of the last place are rounded to even. */
export function hexadecimalFloat(value: number, places: number | undefined): string {
  let { mantissa, exponent } = binary(value);
  if (mantissa === 0n) exponent = -FRACTION_BITS;
  else {
    const missing = FRACTION_BITS + 1 - mantissa.toString(2).length;
    mantissa <<= BigInt(missing);
    exponent -= missing;
  }
  if (places !== undefined && places < FRACTION_DIGITS) {
    const dropped = BigInt(FRACTION_DIGITS - places) * 4n;
    const half = 1n << dropped - 1n;
    const rest = mantissa & (half << 1n) - 1n;
    let kept = mantissa >> dropped;
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
    mantissa = kept << dropped;
    if (mantissa >> BigInt(FRACTION_BITS + 1) > 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const digits = mantissa.toString(16).padStart(FRACTION_DIGITS + 1, "0");
  const all = digits.slice(1);
  const fraction = places === undefined
    ? all.replace(/0+$/, "")
    : all.slice(0, places) + repeat("0", places - FRACTION_DIGITS);
  const power = exponent + FRACTION_BITS;
  const size = String(Math.abs(power)).padStart(2, "0");
  return `0x${digits[0]}${fraction && `.${fraction}`}p${power < 0 ? "-" : "+"}${size}`;
}

/** Of a float64, behind the point. */
const FRACTION_BITS = 52;
const FRACTION_DIGITS = FRACTION_BITS / 4;
