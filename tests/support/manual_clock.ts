import type { Clock } from "../../src/platform/clock.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that a test moves: both times together, or the wall clock alone. */
export class ManualClock implements Clock {
  #wall: number;
  #monotonic = 0;
  #sleepers: readonly Sleeper[] = [];

  constructor(wall: number) {
    this.#wall = wall;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { until: this.#monotonic + milliseconds, wake: resolve };
      this.#sleepers = [...this.#sleepers, sleeper].sort((a, b) => a.until - b.until);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      }, { once: true });
    });
  }

  /** Somebody sets the wall clock. */
  jump(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  /**
   * Time goes on, waking sleepers when it is their turn.
   *
   * @param woken lets what they were woken for happen, before time goes on
   */
  async advance(milliseconds: number, woken: () => Promise<void>): Promise<void> {
    const end = this.#monotonic + milliseconds;
    for (;;) {
      const [next, ...rest] = this.#sleepers;
      this.#goTo(Math.max(this.#monotonic, Math.min(end, next?.until ?? end)));
      if (!next || next.until > end) return;
      this.#sleepers = rest;
      next.wake();
      await woken();
    }
  }

  #goTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
