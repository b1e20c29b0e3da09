import type { ValueType } from "./value.ts";

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: KiB,
  mib: MiB,
  gib: GiB,
};

/** Bytes: `16777216`, `16MiB`, `16MB` (decimal). Units in any case. */
export function size(min: number, max?: number): ValueType<number> {
  const range = max === undefined
    ? `of at least ${formatSize(min)}`
    : `from ${formatSize(min)} to ${formatSize(max)}`;
  return {
    allowed: `a size ${range}, such as 64KiB, 16MiB, 1GiB or a number of bytes`,
    secret: false,
    read: (text) => {
      const [, count, unit = ""] = /^(\d+) ?([kmg]i?b|b)?$/i.exec(text) ?? [];
      const bytes = Number(count) * (UNITS[unit.toLowerCase()] ?? NaN);
      return Number.isSafeInteger(bytes) && bytes >= min && bytes <= (max ?? Infinity)
        ? bytes
        : undefined;
    },
    print: formatSize,
  };
}

/** The exact size in the largest binary unit that needs no fraction: `16MiB`, `1000`. */
export function formatSize(bytes: number): string {
  for (const [name, unit] of [["GiB", GiB], ["MiB", MiB], ["KiB", KiB]] as const) {
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit}${name}`;
  }
  return String(bytes);
}
