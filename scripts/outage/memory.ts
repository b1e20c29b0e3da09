import { median } from "../bench/statistics.ts";

/** The resident memory of a process in MiB, as Linux says it. */
export function residentMemory(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no VmRSS`);
  return Number(kibibytes) / 1024;
}

export interface MemorySummary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly samples: number;
}

/** Samples of a phase, in MiB. */
export class MemorySamples {
  readonly #samples: number[] = [];

  add(mebibytes: number): void {
    this.#samples.push(mebibytes);
  }

  get summary(): MemorySummary {
    return {
      min: Math.min(...this.#samples),
      median: median(this.#samples),
      max: Math.max(...this.#samples),
      samples: this.#samples.length,
    };
  }
}
