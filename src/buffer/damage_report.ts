import { basename } from "node:path";
import type { Log } from "../telemetry/log.ts";
import { type Damage, describeDamage } from "./damage.ts";

/** Says each damage once, however often it is met, and counts. */
export class DamageReport {
  readonly #log: Log;
  readonly #known = new Map<string, Set<number>>();
  #stretches = 0;
  #events = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Damaged stretches since the start. */
  get stretches(): number {
    return this.#stretches;
  }

  /** Events that were lost in them, at most. */
  get events(): number {
    return this.#events;
  }

  /** @param path of the quarantined file */
  report(path: string, damage: readonly Damage[]): void {
    const known = this.#known.get(path) ?? new Set();
    this.#known.set(path, known);
    for (const one of damage.filter(({ start }) => !known.has(start))) {
      known.add(one.start);
      this.#stretches++;
      this.#events += one.lost;
      this.#log.error(
        `Buffer - ${path}: damaged at ${describeDamage(one)}; what is readable around it is ` +
          `shipped, and the file kept as ${basename(path)}`,
      );
    }
  }
}
