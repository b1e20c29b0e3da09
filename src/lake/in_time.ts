import type { Clock } from "../platform/clock.ts";
import { untilAborted } from "./until_aborted.ts";

/**
 * Runs something for `milliseconds` at most. Its signal aborts then; what does not listen to it
 * goes on unheard.
 *
 * @param signal ends it before
 * @param tooLate what is thrown when the time is over; a TimeoutError by default
 * @throws `tooLate`, the signal's reason, or what `run` throws
 */
export async function inTime<T>(
  clock: Clock,
  milliseconds: number,
  run: (signal: AbortSignal) => Promise<T>,
  { signal, tooLate = timeoutError(milliseconds) }: {
    readonly signal?: AbortSignal;
    readonly tooLate?: Error;
  } = {},
): Promise<T> {
  const [done, late] = [new AbortController(), new AbortController()];
  const limit = clock.sleep(milliseconds, done.signal).then(() => {
    if (!done.signal.aborted) late.abort(tooLate);
  });
  const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  try {
    return await untilAborted(run(either), either);
  } finally {
    done.abort();
    await limit;
  }
}

const timeoutError = (milliseconds: number): Error =>
  new DOMException(`no answer in ${milliseconds / 1000} s`, "TimeoutError");
