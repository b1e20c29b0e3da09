/** Refusals after which a batch is set aside; some three minutes with the pauses between them. */
const REFUSALS = 10;
/** Batches that are set aside in a row as soon as that. */
const AT_ONCE = 3;
/** Milliseconds that every further one has to be refused, and one that is hardly at fault. */
const PATIENCE = 3_600_000;

/** Whether a failure is about the batch and no other: by what was said, or for want of another cause. */
export type Blame = "sure" | "possible" | "none";

/**
 * Tells when a batch is poison: refused for good, where others may be taken, so that it must not
 * hold up those behind it. What refuses one batch after the other is the lake, or what stands before
 * it, and not the batch: then patience grows, and not much is set aside.
 */
export class PoisonWatch {
  #batch = "";
  #refusals = 0;
  #since = 0;
  #inARow = 0;

  /**
   * A batch was refused once more.
   *
   * @param batch what tells it from others
   * @param now in milliseconds, from a clock that never goes back
   * @returns whether it is poison
   */
  refused(batch: string, blame: Exclude<Blame, "none">, now: number): boolean {
    if (batch !== this.#batch) {
      this.#batch = batch;
      this.#refusals = 0;
      this.#since = now;
    }
    this.#refusals++;
    const isAtOnce = blame === "sure" && this.#inARow < AT_ONCE;
    return this.#refusals >= REFUSALS && (isAtOnce || now - this.#since >= PATIENCE);
  }

  /** How often the batch under way was refused. */
  get refusals(): number {
    return this.#refusals;
  }

  /** A batch was set aside. */
  setAside(): void {
    this.#inARow++;
    this.#batch = "";
  }

  /** A batch is in the lake. */
  shipped(): void {
    this.#inARow = 0;
    this.#batch = "";
  }
}
