/** A positive number or zero as 0.d1d2d3… × 10^point, without zeros at the end; zero is "". */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that are read back as the same float64; JavaScript finds the same as Go. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return ZERO;
  const [mantissa, exponent] = value.toExponential().split("e");
  return { digits: mantissa!.replace(".", ""), point: Number(exponent) + 1 };
}

/** All digits of a float64, of which there may be some 770. */
export function exactDecimal(value: number): Decimal {
  if (value === 0) return ZERO;
  const { mantissa, exponent } = binary(value);
  const digits = exponent >= 0
    ? (mantissa << BigInt(exponent)).toString()
    : (mantissa * 5n ** BigInt(-exponent)).toString();
  return normal(digits, digits.length + Math.min(0, exponent));
}

/** The number as mantissa × 2^exponent, the mantissa of 53 bits unless it is subnormal. */
export function binary(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n & 0x7ffn);
  const fraction = bits & (1n << 52n) - 1n;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 1n << 52n, exponent: biased - 1075 };
}

/** Rounded to so many digits, halves to even: Go's way, where JavaScript's toFixed rounds up. */
export function round(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return ZERO;
  const kept = digits.slice(0, count);
  const next = digits[count]!;
  const isHalf = next === "5" && count + 1 === digits.length;
  const isOdd = Number(kept.at(-1) ?? 0) % 2 === 1;
  if (next < "5" || (isHalf && !isOdd)) return normal(kept, point);
  const up = (BigInt(kept || "0") + 1n).toString().padStart(count, "0");
  return normal(up, point + up.length - count);
}

const ZERO: Decimal = { digits: "", point: 0 };

function normal(digits: string, point: number): Decimal {
  const shown = digits.replace(/0+$/, "");
  return shown === "" ? ZERO : { digits: shown, point };
}
