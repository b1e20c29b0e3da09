import type { Buffer, KeptAside } from "../buffer/buffer.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { LOGGED_NAME } from "./output_name.ts";
import { type Blame, PoisonWatch } from "./poison.ts";
import { RepeatedFailures } from "./repeated_failures.ts";
import type { Load } from "./shipment.ts";

export interface OutOfTheWayDependencies {
  readonly buffer: Pick<Buffer, "setAside" | "dueRefused">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Sets batches aside that are poison, so that the others can go on. */
export class OutOfTheWay {
  readonly #dependencies: OutOfTheWayDependencies;
  readonly #poison = new PoisonWatch();
  readonly #stuck = new RepeatedFailures();

  constructor(dependencies: OutOfTheWayDependencies) {
    this.#dependencies = dependencies;
  }

  /** A batch is in the lake. */
  shipped(): void {
    this.#poison.shipped();
  }

  /**
   * A load has failed. One that was set aside before goes back there at once, others when they are
   * poison.
   *
   * @param reason for people
   * @returns whether it is set aside now, and the next one may come
   */
  async refused(load: Load, blame: Blame, reason: string): Promise<boolean> {
    const { clock, log } = this.#dependencies;
    if (blame === "none") return false;
    const { batch: { first, last }, logId, due } = load;
    const isPoison = this.#poison.refused(`${logId}-${first}`, blame, clock.monotonic());
    if (!isPoison && !due) return false;
    const what = `${LOGGED_NAME} - events ${first} to ${last} are`;
    const how = due ? "still" : `refused ${this.#poison.refusals} times and now`;
    try {
      const kept = await this.#setAside(load, reason);
      if (!kept) return true; // the buffer has said what became of it
      const { path } = kept;
      log.error(
        `${what} ${how} set aside as ${path}, for the others to go on: ${reason}; falco-lake ` +
          `buffer retry has them tried again`,
        { ...kept },
      );
      return true;
    } catch (error) {
      const why = `${what} refused, and cannot be set aside: ${(error as Error).message}`;
      if (this.#stuck.isWorthALine(why, clock.monotonic())) log.error(why);
      return false;
    }
  }

  async #setAside({ batch, due }: Load, reason: string): Promise<KeptAside | undefined> {
    const { buffer, metrics } = this.#dependencies;
    if (due) return { path: await buffer.dueRefused(due, reason), events: due.events };
    const kept = await buffer.setAside(batch, reason);
    if (!kept) return undefined;
    metrics.setAside(kept.events);
    this.#poison.setAside();
    return kept;
  }
}
