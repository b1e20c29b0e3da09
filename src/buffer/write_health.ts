import type { Log } from "../telemetry/log.ts";
import type { AppendOutcome } from "./group_commit.ts";

/**
 * Whether appends succeed, and says so in the log when that changes: once per cause, because a disk
 * that stays full must not fill the log as well.
 */
export class WriteHealth {
  readonly #directory: string;
  readonly #log: Log;
  #failure: string | undefined;
  #refusing = false;

  constructor(directory: string, log: Log) {
    this.#directory = directory;
    this.#log = log;
  }

  /** Why the last commit failed; undefined when it did not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  stored(): AppendOutcome {
    if (this.#failure !== undefined || this.#refusing) {
      this.#log.info("Buffer - stores events again");
    }
    this.#failure = undefined;
    this.#refusing = false;
    return { kind: "stored" };
  }

  failed(error: unknown): AppendOutcome {
    const reason = `${this.#directory}: ${(error as Error).message}`;
    if (reason !== this.#failure) {
      this.#log.error(
        `Buffer - cannot store events, answering 503 until it works again: ${reason}; free ` +
          `space or mend the disk, nothing needs a restart`,
      );
    }
    this.#failure = reason;
    return { kind: "failed", reason };
  }

  /** @param why what keeps the ring from dropping something */
  full(bytes: number, maxSize: number, why: string): AppendOutcome {
    const reason = `the buffer is full, with ${bytes} of ${maxSize} bytes`;
    if (!this.#refusing) {
      this.#log.error(
        `Buffer - answering 503 until there is room: ${reason}, and ${why}; raise ` +
          `buffer.maxsize or mend the upload`,
      );
    }
    this.#refusing = true;
    return { kind: "full", reason };
  }
}
