import type { Random } from "../platform/random.ts";

const FIRST = 1_000;
const MOST = 60_000;

/**
 * Milliseconds to wait before the next attempt: doubling from 1 s to 60 s, a random half of it taken
 * off so that many agents do not come back at the same moment.
 *
 * @param failures how many attempts in a row have failed, from 1
 */
export function backoff(failures: number, random: Random): number {
  const full = Math.min(MOST, FIRST * 2 ** Math.min(failures - 1, 16));
  return full * (1 - random.fraction() / 2);
}
