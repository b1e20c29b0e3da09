import type { Log } from "../telemetry/log.ts";
import type { Answered } from "./bounded_handler.ts";
import { clockSkew, SKEW_SUSPICIOUS } from "./clock_skew.ts";

/** Seconds within which a clock that was off is good again: less, so that no line is repeated. */
const GOOD = SKEW_SUSPICIOUS / 2;

/** Watches how far this host's clock is from S3's, which every answer tells. */
export class ClockWatch {
  readonly #log: Log;
  readonly #show: (seconds: number) => void;
  #skew: number | undefined;
  #isOff = false;

  /** @param show told what it is at every answer, in seconds */
  constructor(log: Log, show: (seconds: number) => void) {
    this.#log = log;
    this.#show = show;
  }

  /** Seconds that this host's clock is ahead of S3's; undefined before the first answer. */
  get skew(): number | undefined {
    return this.#skew;
  }

  saw({ headers, sent, received }: Answered): void {
    // What a cache kept has the date of when it was made (RFC 9111, 5.1).
    if (headers["age"] !== undefined) return;
    const skew = clockSkew(headers["date"], sent, received);
    if (skew === undefined) return;
    this.#skew = skew;
    this.#show(skew);
    const off = Math.abs(skew);
    if (!this.#isOff && off > SKEW_SUSPICIOUS) {
      this.#isOff = true;
      this.#log.warn(
        `AWS - this host's clock is ${describeSkew(skew)} S3's: set it, use NTP; uploads are ` +
          `signed with S3's time meanwhile`,
      );
    } else if (this.#isOff && off <= GOOD) {
      this.#isOff = false;
      this.#log.info("AWS - this host's clock agrees with S3's again");
    }
  }
}

/** "1200 s ahead of", "30 s behind". @param skew seconds, not 0 */
export const describeSkew = (skew: number): string =>
  `${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"}`;
