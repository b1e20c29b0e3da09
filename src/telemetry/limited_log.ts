import type { Clock } from "../platform/clock.ts";
import type { Log } from "./log.ts";

/** Lines of a kind that are written in a window; the rest are counted. */
const LINES = 10;
/** Milliseconds. */
const WINDOW = 10_000;

/**
 * Warnings of one kind that anyone on the network can cause: at most ten in ten seconds, and then
 * how many more there were, so that nobody can fill a log, or the pipe behind it.
 *
 * @param kind for the summary: "requests refused"
 */
export function limitedWarn(log: Log, clock: Clock, kind: string): (message: string) => void {
  const write = limited(log, clock, kind);
  return (message) => write("warn", message);
}

/** As `limitedWarn`, for lines of several levels that belong together. */
export function limited(
  log: Log,
  clock: Clock,
  kind: string,
): (level: "info" | "warn" | "error", message: string) => void {
  let [start, count] = [-Infinity, 0];
  return (level, message) => {
    const now = clock.monotonic();
    if (now - start >= WINDOW) {
      if (count > LINES) log.warn(`${count - LINES} more ${kind} in the window before`);
      [start, count] = [now, 0];
    }
    if (++count <= LINES) log[level](message);
    if (count === LINES) {
      log.warn(`More ${kind} in the next ${WINDOW / 1000} s will be counted only`);
    }
  };
}
