import { basename } from "node:path";
import type { Log } from "../telemetry/log.ts";
import { type Damage, describeDamage } from "./damage.ts";

/** Lines about one file at a time; a disk that dies must not fill the log as well. */
const LINES_MAX = 10;

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
    const fresh = damage.filter(({ start }) => !known.has(start));
    for (const { start, lost } of fresh) {
      known.add(start);
      this.#stretches++;
      this.#events += lost;
    }
    for (const one of fresh.slice(0, LINES_MAX)) {
      this.#log.error(
        `Buffer - ${path}: damaged at ${describeDamage(one)}; what is readable around it is ` +
          `shipped, and the file kept as ${basename(path)}`,
      );
    }
    const more = fresh.slice(LINES_MAX);
    if (more.length > 0) {
      const lost = more.reduce((sum, one) => sum + one.lost, 0);
      this.#log.error(
        `Buffer - ${path}: ${more.length} more damaged stretches, ${lost} events lost; falco-lake ` +
          `buffer verify names them all`,
      );
    }
  }
}
