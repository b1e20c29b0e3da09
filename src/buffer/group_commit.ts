import { type Append, storedBytes } from "./segment_log.ts";

/** What became of an append. Everything but `stored` means: nothing of it is kept. */
export type AppendOutcome =
  | { readonly kind: "stored" }
  /** The ring is full, and its policy or the leased batch forbids to drop anything. */
  | { readonly kind: "full"; readonly reason: string }
  /** The disk is slower than the network; too much waits already. */
  | { readonly kind: "busy"; readonly reason: string }
  /** The disk failed, or the buffer is closed. */
  | { readonly kind: "failed"; readonly reason: string };

interface Waiting extends Append {
  readonly bytes: number;
  readonly resolve: (outcome: AppendOutcome) => void;
}

/** Bounds the memory that waiting appends hold. */
export const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** What a waiting append costs besides its bytes, about: the request that waits for its answer. */
export const WAITER_BYTES = 1024;

/**
 * Lets everything that arrives during one sync share the next one. No timers: the next commit
 * starts when the last one ends, so a lone append waits for nothing but its own sync.
 */
export class GroupCommit {
  readonly #commit: (appends: readonly Append[], bytes: number) => Promise<AppendOutcome>;
  readonly #room: () => number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #tasks: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  /**
   * @param commit stores a group; its outcome is everybody's. Never rejects.
   * @param room how many bytes a group should have at most; a single append may have more
   */
  constructor(
    commit: (appends: readonly Append[], bytes: number) => Promise<AppendOutcome>,
    room: () => number,
  ) {
    this.#commit = commit;
    this.#room = room;
  }

  append(append: Append): Promise<AppendOutcome> {
    const bytes = storedBytes(append.payloads);
    const held = bytes + WAITER_BYTES;
    if (this.#closed) {
      return Promise.resolve({ kind: "failed", reason: "the buffer is closed" });
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + held > WAITING_BYTES_MAX) {
      const reason = `${this.#waitingBytes} bytes wait for the disk already`;
      return Promise.resolve({ kind: "busy", reason });
    }
    return new Promise((resolve) => {
      this.#waiting.push({ ...append, bytes, resolve });
      this.#waitingBytes += held;
      this.#running ??= this.#run();
    });
  }

  /**
   * Does something between two commits.
   *
   * @throws what the task throws, or that the buffer is closed
   */
  between<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error("the buffer is closed"));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#tasks.push(() => task().then(resolve, reject));
    this.#running ??= this.#run();
    return promise;
  }

  /** Refuses what comes from now on; resolves when what waits has its outcome. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Requests that are being read in this turn of the event loop share the first sync as well.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#tasks.length > 0) {
      for (const task of this.#tasks.splice(0)) await task();
      if (this.#waiting.length === 0) continue;
      const group = this.#takeGroup();
      const bytes = group.reduce((sum, waiting) => sum + waiting.bytes, 0);
      const outcome = await this.#commit(group, bytes);
      this.#waitingBytes -= bytes + group.length * WAITER_BYTES;
      for (const { resolve } of group) resolve(outcome);
    }
    this.#running = undefined;
  }

  #takeGroup(): Waiting[] {
    const room = this.#room();
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && bytes + waiting.bytes > room) break;
      bytes += waiting.bytes;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}
