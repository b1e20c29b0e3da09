import { dayEvent, dayEventId } from "./day_event.ts";

/** Which events were met: a bit each, so that a day of them is a megabyte. */
export class SeenEvents {
  readonly #rate: number;
  readonly #count: number;
  readonly #bits: Uint8Array;
  #doubled = 0;
  #invented = 0;
  #seen = 0;

  /** @param count of the events that were sent; their numbers are those below */
  constructor(rate: number, count: number) {
    this.#rate = rate;
    this.#count = count;
    this.#bits = new Uint8Array(Math.ceil(count / 8));
  }

  /** @param text an event as the lake has it, byte for byte */
  add(text: unknown): void {
    const id = typeof text === "string" ? dayEventId(text) : undefined;
    if (id === undefined || id >= this.#count || dayEvent(id, this.#rate) !== text) {
      this.#invented++;
      return;
    }
    const bit = 1 << (id & 7);
    if (this.#bits[id >> 3]! & bit) this.#doubled++;
    else {
      this.#bits[id >> 3]! |= bit;
      this.#seen++;
    }
  }

  get result(): { readonly lost: number; readonly doubled: number; readonly invented: number } {
    return { lost: this.#count - this.#seen, doubled: this.#doubled, invented: this.#invented };
  }
}
