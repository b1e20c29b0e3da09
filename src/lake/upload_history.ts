import type { UploadStatus } from "../telemetry/health.ts";

/** Remembers how the uploads went, for `/status` and `/readyz`. */
export class UploadHistory {
  #status: UploadStatus = { lastSuccess: undefined, failures: undefined };

  get status(): UploadStatus {
    return this.#status;
  }

  succeeded(now: number): void {
    this.#status = { lastSuccess: now, failures: undefined };
  }

  /** @param pause milliseconds until the next attempt */
  failed(now: number, lastError: string, attempts: number, pause: number): void {
    const { lastSuccess, failures: before } = this.#status;
    const since = before?.since ?? now;
    const failures = { attempts, since, lastAt: now, lastError, nextAttempt: now + pause };
    this.#status = { lastSuccess, failures };
  }
}
