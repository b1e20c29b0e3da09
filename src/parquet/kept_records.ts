import type { ReceivedRecord } from "../ocsf/context.ts";

/** Of many records in one; a larger record has one of its own. */
const CHUNK_BYTES = 1 << 20;

/**
 * Copies of records, packed: as bytes outside of V8's heap, and without an object for each, since a
 * batch can have a million of them.
 */
export class KeptRecords {
  #chunk = new Uint8Array(0);
  #used = 0;
  readonly #chunks: Uint8Array[] = [];
  readonly #chunkOf: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #received: number[] = [];

  /** @returns its index, from 0 */
  add({ payload, receivedMicroseconds }: ReceivedRecord): number {
    if (this.#used + payload.length > this.#chunk.length) {
      this.#chunk = new Uint8Array(Math.max(CHUNK_BYTES, payload.length));
      this.#chunks.push(this.#chunk);
      this.#used = 0;
    }
    this.#chunk.set(payload, this.#used);
    this.#starts.push(this.#used);
    this.#used += payload.length;
    this.#ends.push(this.#used);
    this.#chunkOf.push(this.#chunks.length - 1);
    return this.#received.push(receivedMicroseconds) - 1;
  }

  bytesOf(index: number): number {
    return this.#ends[index]! - this.#starts[index]!;
  }

  get(index: number): ReceivedRecord {
    // An empty payload before any other is in no chunk.
    const chunk = this.#chunks[this.#chunkOf[index]!] ?? this.#chunk;
    return {
      payload: chunk.subarray(this.#starts[index], this.#ends[index]),
      receivedMicroseconds: this.#received[index]!,
    };
  }
}
