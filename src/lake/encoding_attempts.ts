import { type Disk, isNotFound } from "../platform/disk.ts";
import type { Log } from "../telemetry/log.ts";

/** Of a batch that was killed and then cut otherwise nobody hears again. */
const BATCHES_MAX = 16;

/**
 * Remembers over restarts which batches were being encoded when the program ended. V8 ends a program
 * whose heap is full, whatever thread it was, and the batch comes back at the next start: without a
 * memory of that it would be so for ever.
 *
 * It outlives the process, not the machine: nothing is synced, and a file that is torn or cannot be
 * written costs no more than the memory.
 */
export class EncodingAttempts {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #log: Log;
  /** How often the encoding of a batch was begun and has not ended since. */
  readonly #begun: Map<string, number>;
  #hasWarned = false;

  /** @param path of a file of its own */
  constructor(disk: Disk, path: string, log: Log) {
    this.#disk = disk;
    this.#path = path;
    this.#log = log;
    this.#begun = this.#read();
  }

  /**
   * The encoding of a batch begins.
   *
   * @param batch a word that tells it from others
   * @returns how often that has ended the program before
   */
  begin(batch: string): number {
    const before = this.#begun.get(batch) ?? 0;
    this.#begun.delete(batch); // the latest come last
    this.#begun.set(batch, before + 1);
    for (const oldest of this.#begun.keys()) {
      if (this.#begun.size <= BATCHES_MAX) break;
      this.#begun.delete(oldest);
    }
    this.#write();
    return before;
  }

  /** It ended, well or not, and the program with it did not. */
  end(batch: string): void {
    this.#begun.delete(batch);
    this.#write();
  }

  #read(): Map<string, number> {
    const begun = new Map<string, number>();
    try {
      const file = this.#disk.openForReading(this.#path);
      try {
        const bytes = new Uint8Array(Math.min(file.size(), 4096));
        const text = new TextDecoder().decode(bytes.subarray(0, file.readAt(0, bytes)));
        for (const [, batch, times] of text.matchAll(/^(\S+) (\d{1,6})$/gm)) {
          begun.set(batch!, Number(times));
        }
      } finally {
        file.close();
      }
    } catch (error) {
      if (!isNotFound(error)) this.#warn(error as Error);
    }
    return begun;
  }

  #write(): void {
    try {
      this.#disk.remove(this.#path);
      if (this.#begun.size === 0) return;
      const file = this.#disk.create(this.#path);
      try {
        const lines = [...this.#begun].map(([batch, times]) => `${batch} ${times}\n`);
        file.append(new TextEncoder().encode(lines.join("")));
      } finally {
        file.close();
      }
    } catch (error) {
      this.#warn(error as Error);
    }
  }

  #warn({ message }: Error): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#log.warn(
      `Buffer - cannot use ${this.#path}, which remembers failed attempts: ${message}`,
    );
  }
}
