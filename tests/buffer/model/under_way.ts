import assert from "node:assert/strict";
import { settle } from "./turns.ts";

/** What a fault may make the buffer throw; anything else is a mistake. */
const EXPECTED =
  /\(os error \d+\)|somebody|have been damaged since the batch was leased|a quarter of buffer.maxsize/;

/** What was not waited for. */
export class UnderWay {
  readonly #promises = new Set<Promise<void>>();
  /** What went wrong where nobody waited. */
  readonly #broken: unknown[] = [];
  #lastExpected: unknown;

  get lastExpected(): unknown {
    return this.#lastExpected;
  }

  /** Lets something go on by itself; what it throws, `check` throws. */
  watch(promise: Promise<void>): Promise<void> {
    const watched = promise.catch((error) => {
      this.#broken.push(error);
    }).then(() => {
      this.#promises.delete(watched);
    });
    this.#promises.add(watched);
    return watched;
  }

  check(): void {
    for (const error of this.#broken) throw error;
  }

  /** @throws it, unless a fault may be why it was thrown */
  expect(error: unknown): void {
    if (error instanceof assert.AssertionError || !EXPECTED.test(String(error))) throw error;
    this.#lastExpected = error;
  }

  async settle(): Promise<void> {
    for (const promise of [...this.#promises]) await settle(promise, "what is under way");
  }

  /** It belonged to a run that is over. */
  forget(): void {
    this.#promises.clear();
  }
}
