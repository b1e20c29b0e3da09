import type { Clock } from "../platform/clock.ts";

/** Lines in a second; more are counted. */
const LINES = 20;
/** Milliseconds. */
const WINDOW = 1000;

/**
 * Lines that every event causes: at most 20 in a second, and at its end one line that says how many
 * more there were, so that the log of a busy agent can be read and costs little.
 */
export class Bursts {
  readonly #clock: Clock;
  readonly #summarize: (more: number) => void;
  #count = 0;
  #start = -Infinity;

  /** @param summarize writes a line about so many that were not written */
  constructor(clock: Clock, summarize: (more: number) => void) {
    this.#clock = clock;
    this.#summarize = summarize;
  }

  /** @param line writes it; not called for those that are only counted */
  write(line: () => void): void {
    const now = this.#clock.monotonic();
    if (now - this.#start >= WINDOW) {
      this.end();
      this.#start = now;
    }
    this.#count++;
    if (this.#count <= LINES) line();
    else if (this.#count === LINES + 1) this.#endAt(this.#start + WINDOW - now);
  }

  /** Says what has not been said yet. */
  end(): void {
    const more = this.#count - LINES;
    this.#count = 0;
    if (more > 0) this.#summarize(more);
  }

  async #endAt(milliseconds: number): Promise<void> {
    const start = this.#start;
    await this.#clock.sleep(milliseconds);
    if (this.#start === start) this.end();
  }
}
