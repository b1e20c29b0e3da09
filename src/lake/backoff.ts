import type { Random } from "../platform/random.ts";

/** In milliseconds. */
export interface Pauses {
  readonly first: number;
  readonly longest: number;
}

/**
 * Milliseconds to wait before the next attempt: doubling from the first to the longest pause, a
 * random half of it taken off so that many agents do not come back at the same moment.
 *
 * @param failures how many attempts in a row have failed, from 1
 */
export function backoff(failures: number, { first, longest }: Pauses, random: Random): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 16));
  return full * (1 - random.fraction() / 2);
}
