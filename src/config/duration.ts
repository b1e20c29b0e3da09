import type { ValueType } from "./value.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/** Milliseconds: `10s`, `500ms`, `1h30m`. A number without a unit is refused as ambiguous. */
export function duration(min: number, max: number): ValueType<number> {
  return {
    allowed: `a duration from ${formatDuration(min)} to ${formatDuration(max)}, such as 10s or 1m`,
    secret: false,
    read: (text) => {
      const milliseconds = readDuration(text);
      return milliseconds !== undefined && milliseconds >= min && milliseconds <= max
        ? milliseconds
        : undefined;
    },
    print: formatDuration,
  };
}

/** As `duration`, but a bare number, also with a fraction, counts minutes, as in falcosidekick. */
export const minutes: ValueType<number> = {
  allowed: "a number of minutes, or a duration such as 30s or 5m",
  secret: false,
  read: (text) => readDuration(/^\d+(\.\d+)?$/.test(text) ? `${text}m` : text),
  print: formatDuration,
};

function readDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, count, unit = ""] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    milliseconds += Number(count) * (UNITS[unit] ?? NaN);
  }
  return Math.round(milliseconds);
}

/** The exact duration in the largest unit that needs no fraction: `5m`, `90s`, `0s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  for (const [name, unit] of [["h", HOUR], ["m", MINUTE], ["s", SECOND]] as const) {
    if (milliseconds % unit === 0) return `${milliseconds / unit}${name}`;
  }
  return `${milliseconds}ms`;
}
