/** Milliseconds in which the same failure is said once. */
const SILENCE = 600_000;

/**
 * Which failures of a row of attempts are worth a line: each new one, and one that stays every ten
 * minutes. A day without S3 is 150 lines that way, and not 1 500.
 */
export class RepeatedFailures {
  /** What was said, and when. One broken connection is called this and that by turns. */
  readonly #said = new Map<string, number>();

  /** @param now in milliseconds, from a clock that never goes back */
  isWorthALine(reason: string, now: number): boolean {
    for (const [said, at] of this.#said) if (now - at >= SILENCE) this.#said.delete(said);
    if (this.#said.has(reason)) return false;
    this.#said.set(reason, now);
    return true;
  }

  /** An attempt has succeeded. @returns whether a failure was said before it */
  end(): boolean {
    const failed = this.#said.size > 0;
    this.#said.clear();
    return failed;
  }
}
