import type { Clock } from "../platform/clock.ts";

/** Milliseconds that a client of AWS waits. */
export interface Timeouts {
  readonly connection: number;
  /** For no byte to move in either direction. */
  readonly idle: number;
  /** For a whole attempt, its body and its answer included. */
  readonly total: number;
}

export interface TransferLimits {
  /** Aborts with an error that says which limit was passed. */
  readonly signal: AbortSignal;
  /** A byte has moved. */
  moved(): void;
  /** It is over, and no limit counts any more. */
  end(): void;
}

/** The limits of one transfer, which begins now. */
export function transferLimits(
  { idle, total }: Pick<Timeouts, "idle" | "total">,
  clock: Clock,
): TransferLimits {
  const [late, over] = [new AbortController(), new AbortController()];
  const began = clock.monotonic();
  let moved = began;
  const watch = async (): Promise<void> => {
    for (;;) {
      const now = clock.monotonic();
      const [idleLeft, totalLeft] = [moved + idle - now, began + total - now];
      if (totalLeft <= 0) return late.abort(timeout(`not done in ${total / 1000} s`));
      if (idleLeft <= 0) return late.abort(timeout(`no byte has moved for ${idle / 1000} s`));
      await clock.sleep(Math.min(idleLeft, totalLeft), over.signal);
      if (over.signal.aborted) return;
    }
  };
  watch();
  return {
    signal: late.signal,
    moved: () => {
      moved = clock.monotonic();
    },
    end: () => over.abort(),
  };
}

/** As the SDK names it, with Node's code. */
const timeout = (message: string): Error =>
  Object.assign(new Error(message), { name: "TimeoutError", code: "ETIMEDOUT" });
