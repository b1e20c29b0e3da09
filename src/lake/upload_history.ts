import type { Clock } from "../platform/clock.ts";
import type { UploadStatus } from "../telemetry/health.ts";

/**
 * Remembers how the uploads went, for `/status` and `/readyz`. How long they have failed is measured
 * by the clock that nobody sets: a host that begins in 1970 and learns the time later, while TLS to
 * the store fails for just that, has not failed for decades.
 */
export class UploadHistory {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  #status: UploadStatus = { lastSuccess: undefined, failures: undefined };
  /** When the first of the failures was, by the clock that nobody sets. */
  #failing = 0;

  constructor(clock: Pick<Clock, "now" | "monotonic">) {
    this.#clock = clock;
  }

  get status(): UploadStatus {
    return this.#status;
  }

  succeeded(): void {
    this.#status = { lastSuccess: this.#clock.now(), failures: undefined };
  }

  /** @param pause milliseconds until the next attempt */
  failed(lastError: string, attempts: number, pause: number): void {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const { lastSuccess, failures: before } = this.#status;
    if (!before) this.#failing = monotonic;
    const since = now - (monotonic - this.#failing);
    const failures = { attempts, since, lastAt: now, lastError, nextAttempt: now + pause };
    this.#status = { lastSuccess, failures };
  }
}
