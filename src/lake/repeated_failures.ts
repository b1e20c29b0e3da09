/** Milliseconds in which the same failure is said once. */
const SILENCE = 600_000;

/**
 * Which failures of a row of attempts are worth a line: each new one, and one that stays every ten
 * minutes. A day without S3 is 150 lines that way, and not 1 500.
 */
export class RepeatedFailures {
  #last: { readonly reason: string; readonly at: number } | undefined;

  /** @param now in milliseconds, from a clock that never goes back */
  isWorthALine(reason: string, now: number): boolean {
    const last = this.#last;
    if (last && last.reason === reason && now - last.at < SILENCE) return false;
    this.#last = { reason, at: now };
    return true;
  }

  /** An attempt has succeeded. @returns whether a failure was said before it */
  end(): boolean {
    const failed = this.#last !== undefined;
    this.#last = undefined;
    return failed;
  }
}
