/**
 * Bounds the bytes that all requests under way hold together: bodies as they arrive, and what they
 * decompress to. Who gets none is refused, and may come again.
 */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @returns false, and takes nothing, when there is not that much left */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}
