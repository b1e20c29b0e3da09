import type { Clock } from "../platform/clock.ts";
import type { Log, LogFields, LogLevel } from "./log.ts";

/** Lines in a second; more are counted. */
const LINES = 20;
/** Milliseconds. */
const WINDOW = 1000;

/**
 * Lines that every event causes: at most 20 in a second, and at its end one line that says how many
 * more there were, so that the log of a busy agent can be read and costs little.
 */
export class Bursts {
  readonly #log: Log;
  readonly #level: LogLevel;
  readonly #clock: Clock;
  readonly #summary: (more: number) => string;
  #count = 0;
  #start = -Infinity;

  /** @param summary a line about so many that were not written */
  constructor(log: Log, level: LogLevel, clock: Clock, summary: (more: number) => string) {
    this.#log = log;
    this.#level = level;
    this.#clock = clock;
    this.#summary = summary;
  }

  /** @param line made only when it is written */
  write(line: () => readonly [message: string, fields: LogFields]): void {
    const now = this.#clock.monotonic();
    if (now - this.#start >= WINDOW) {
      this.end();
      this.#start = now;
    }
    this.#count++;
    if (this.#count <= LINES) this.#log[this.#level](...line());
    else if (this.#count === LINES + 1) this.#endAt(this.#start + WINDOW - now);
  }

  /** Says what has not been said yet. */
  end(): void {
    const more = this.#count - LINES;
    this.#count = 0;
    if (more > 0) this.#log[this.#level](this.#summary(more), { events: more });
  }

  async #endAt(milliseconds: number): Promise<void> {
    const start = this.#start;
    await this.#clock.sleep(milliseconds);
    if (this.#start === start) this.end();
  }
}
