import type { Refusal } from "./read_events.ts";
import { KEPT_BODY_BYTES_MAX } from "./rejected.ts";

const NEWLINE = 0x0a;
const NOTHING = new Uint8Array(0);

/** What a body has that is no event. */
export class RefusedEvents {
  readonly #take: (bytes: number) => boolean;
  #first: Refusal | undefined;
  #count = 0;
  #lines = NOTHING;
  #length = 0;
  #missing: string | undefined;

  /** @param take asked before memory is used; false when there is none */
  constructor(take: (bytes: number) => boolean) {
    this.#take = take;
  }

  get count(): number {
    return this.#count;
  }

  /** Undefined when there is none. */
  get first(): Refusal | undefined {
    return this.#first;
  }

  /** Why `lines` does not have all; undefined when it does. */
  get missing(): string | undefined {
    return this.#missing;
  }

  /** The bytes of all, each with a newline behind it. */
  get lines(): Uint8Array {
    return this.#lines.subarray(0, this.#length);
  }

  /**
   * Copied, because a body of a few megabytes can hold millions of them: a list of where they stand
   * would be many times larger.
   */
  add(refusal: Refusal): void {
    const { bytes } = refusal;
    this.#first ??= refusal;
    this.#count++;
    if (bytes.length === 0 || this.#missing !== undefined) return;
    const length = this.#length + bytes.length + 1;
    this.#missing = this.#grow(length);
    if (this.#missing !== undefined) return;
    this.#lines.set(bytes, this.#length);
    this.#lines[length - 1] = NEWLINE;
    this.#length = length;
  }

  /** @returns why it cannot */
  #grow(length: number): string | undefined {
    const { length: size } = this.#lines;
    if (length <= size) return undefined;
    if (length > KEPT_BODY_BYTES_MAX) return `more than ${KEPT_BODY_BYTES_MAX} bytes`;
    const larger = Math.min(Math.max(length, 2 * size), KEPT_BODY_BYTES_MAX);
    if (!this.#take(larger - size)) return "too many bytes are being received already";
    const lines = new Uint8Array(larger);
    lines.set(this.lines);
    this.#lines = lines;
    return undefined;
  }
}
