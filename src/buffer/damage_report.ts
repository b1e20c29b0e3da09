import { basename } from "node:path";
import type { Log } from "../telemetry/log.ts";
import { type Damage, describeDamage, outside } from "./damage.ts";

/** Lines about one file at a time; a disk that dies must not fill the log as well. */
const LINES_MAX = 10;

/** Says each damage once, however often it is met and wherever it grows, and counts. */
export class DamageReport {
  readonly #log: Log;
  readonly #known = new Map<string, Damage[]>();
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
    const known = this.#known.get(path) ?? [];
    this.#known.set(path, known);
    const fresh = damage.flatMap((one) =>
      known.reduce((left, other) => left.flatMap((part) => outside(part, other)), [one])
    );
    known.push(...fresh);
    this.#stretches += fresh.length;
    this.#events += fresh.reduce((sum, { lost }) => sum + lost, 0);
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
