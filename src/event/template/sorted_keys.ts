import type { Budget } from "./budget.ts";
import type { Fields } from "./value.ts";

/** The keys in Go's order, that of their UTF-8 bytes; JavaScript sorts by UTF-16 units. */
export function sortedKeys(fields: Fields, budget: Budget): string[] {
  const keys = Object.keys(fields);
  budget.spendOnKeys(keys.length);
  return keys.sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let at = 0;
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === shorter) return a.length - b.length;
  return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
