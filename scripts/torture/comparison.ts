import { eventId, eventText } from "./event_text.ts";
import type { Ledger } from "./ledger.ts";

/** Compares what the clients know with what the lake holds, row by row. */
export class Comparison {
  readonly #seed: number;
  readonly #ledger: Ledger;
  readonly #rows: Uint8Array;
  readonly #invented: string[] = [];

  /** @param ledger of clients that have ended */
  constructor(seed: number, ledger: Ledger) {
    this.#seed = seed;
    this.#ledger = ledger;
    this.#rows = new Uint8Array(ledger.sent);
  }

  /** @param text the event as the lake has it, byte for byte */
  add(text: unknown): void {
    const id = typeof text === "string" ? eventId(text) : undefined;
    if (id === undefined || id >= this.#ledger.sent || eventText(this.#seed, id) !== text) {
      this.#invented.push(String(text).slice(0, 100));
    } else this.#rows[id]!++;
  }

  finish(): Compared {
    const [lost, doubled]: [number[], number[]] = [[], []];
    let unanswered = 0;
    this.#rows.forEach((rows, id) => {
      const isAnswered = this.#ledger.isAnswered(id);
      if (isAnswered && rows === 0) lost.push(id);
      if (!isAnswered && rows > 0) unanswered++;
      if (rows > 1) doubled.push(id);
    });
    return { lost, doubled, invented: this.#invented, unanswered };
  }
}

export interface Compared {
  /** Answered, and not in the lake. */
  readonly lost: readonly number[];
  /** In more than one row. */
  readonly doubled: readonly number[];
  /** Beginnings of rows that nobody sent like that. */
  readonly invented: readonly string[];
  /** How many are in the lake although their clients were cut off before the answer. */
  readonly unanswered: number;
}
