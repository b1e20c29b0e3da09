import type { Clock } from "../platform/clock.ts";
import { limited } from "../telemetry/limited_log.ts";
import type { Log } from "../telemetry/log.ts";
import type { AppendOutcome } from "./group_commit.ts";

/**
 * What a buffer is doing: *recovering → ready ⇄ full, ready ⇄ failed, any → draining → closed*.
 * Appends are stored when `ready`, tried when `full` or `failed`, and refused from `draining` on.
 */
export type BufferState =
  /** The folder is being put in order; nobody has the buffer yet. */
  | { readonly kind: "recovering" }
  | { readonly kind: "ready" }
  /** The ring has no room and its policy or a lease forbids to make any. */
  | { readonly kind: "full"; readonly reason: string }
  /** The disk does not take what it is given. */
  | { readonly kind: "failed"; readonly reason: string }
  /** The appends under way are stored, no others. */
  | { readonly kind: "draining" }
  | { readonly kind: "closed" };

/**
 * The one place where a buffer's state changes. Says every change in the log, once per cause: a disk
 * that stays full must not fill the log as well.
 */
export class Lifecycle {
  readonly #directory: string;
  readonly #say: ReturnType<typeof limited>;
  #state: BufferState = { kind: "recovering" };

  constructor(directory: string, log: Log, clock: Clock) {
    this.#directory = directory;
    // Where room comes and goes with each event, whoever sends them must not fill the log.
    this.#say = limited(log, clock, "changes of the buffer's state");
  }

  get state(): BufferState {
    return this.#state;
  }

  /** A commit or a look at the disk went well. */
  works(): void {
    const { kind } = this.#state;
    if (kind === "full" || kind === "failed") this.#say("info", "Buffer - stores events again");
    this.#become({ kind: "ready" });
  }

  /** @returns the outcome for those whose events could not be stored */
  failed(error: unknown): AppendOutcome {
    const reason = `${this.#directory}: ${(error as Error).message}`;
    if (this.#state.kind !== "failed" || this.#state.reason !== reason) {
      const hint = /\(os error \d+\)/.test(reason)
        ? "; free space or mend the disk, nothing needs a restart"
        : "";
      this.#say(
        "error",
        `Buffer - cannot store events, answering 503 until it works again: ${reason}${hint}`,
      );
    }
    this.#become({ kind: "failed", reason });
    return { kind: "failed", reason };
  }

  /**
   * @param why what keeps the ring from dropping something
   * @returns the outcome for those whose events do not fit
   */
  full(bytes: number, maxSize: number, why: string): AppendOutcome {
    const reason = `the buffer is full, with ${bytes} of ${maxSize} bytes`;
    if (this.#state.kind !== "full") {
      this.#say(
        "error",
        `Buffer - answering 503 until there is room: ${reason}, and ${why}; raise ` +
          `buffer.maxsize or mend the upload`,
      );
    }
    this.#become({ kind: "full", reason });
    return { kind: "full", reason };
  }

  drain(): void {
    if (this.#state.kind !== "closed") this.#state = { kind: "draining" };
  }

  close(): void {
    this.#state = { kind: "closed" };
  }

  /** What happens while draining does not reopen a buffer. */
  #become(state: BufferState): void {
    if (this.#state.kind !== "draining" && this.#state.kind !== "closed") this.#state = state;
  }
}
