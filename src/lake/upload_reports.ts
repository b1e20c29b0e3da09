import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { UploadStatus } from "../telemetry/health.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { backoff } from "./backoff.ts";
import { DESTINATION, LOGGED_NAME } from "./output_name.ts";
import { RepeatedFailures } from "./repeated_failures.ts";
import type { StoreFailure } from "./store.ts";
import { UploadHistory } from "./upload_history.ts";

export interface UploadReportsDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Why an attempt failed, and where. */
export interface AttemptFailure extends Pick<StoreFailure, "class" | "text" | "hint"> {
  readonly location: string;
  /** Events that wait. */
  readonly waiting: number;
  /** Whether this was the last attempt of this run. */
  readonly isLast: boolean;
}

const PAUSES = { first: 1_000, longest: 60_000 };

/** On one line. */
export const reasonOf = ({ text, hint }: Pick<StoreFailure, "text" | "hint">): string =>
  `${text}${hint && ` (${hint})`}`;

/** Tells log, metrics and `/status` how the attempts to upload go, and how long to wait. */
export class UploadReports {
  readonly #dependencies: UploadReportsDependencies;
  readonly #history: UploadHistory;
  readonly #repeated = new RepeatedFailures();

  constructor(dependencies: UploadReportsDependencies) {
    this.#dependencies = dependencies;
    this.#history = new UploadHistory(dependencies.clock);
  }

  get status(): UploadStatus {
    return this.#history.status;
  }

  /** A batch is in the lake. */
  shipped(events: number): void {
    const { clock, log, metrics } = this.#dependencies;
    if (this.#repeated.end()) log.info(`${LOGGED_NAME} - uploads work again`);
    this.#history.succeeded();
    metrics.shipped(events, clock.now());
  }

  /** @returns milliseconds until the next attempt */
  failed(failure: AttemptFailure): number {
    const { clock, random, log, metrics } = this.#dependencies;
    const { location, waiting, isLast } = failure;
    metrics.uploadFailed(DESTINATION);
    metrics.uploadRetried(failure.class);
    const reason = reasonOf(failure);
    const attempt = (this.status.failures?.attempts ?? 0) + 1;
    const pause = backoff(attempt, PAUSES, random);
    this.#history.failed(reason, attempt, pause);
    const next = isLast ? "for the next start" : `next attempt in ${Math.ceil(pause / 1000)} s`;
    // Behind its code a text may name an address, which is another one of S3's each time.
    const [code] = failure.text.split(":");
    const kind = `${location} ${failure.class} ${code} ${failure.hint || failure.text}`;
    const isNew = this.#repeated.isWorthALine(kind, clock.monotonic());
    if (isNew || isLast) {
      log.error(
        `${LOGGED_NAME} - ${reason} (${location}, attempt ${attempt}); ${waiting} events wait on ` +
          `disk, ${next}`,
        { class: failure.class, attempt, waiting },
      );
    }
    return pause;
  }
}
