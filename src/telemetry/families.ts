import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface FamilyOptions<Family> {
  readonly labels?: readonly string[];
  /** Called at every scrape, to set what the family shows. */
  readonly collect?: (this: Family) => void;
}

/** A registry of our own, so that two agents in one process (tests) do not meet, and its makers. */
export class Families {
  readonly registry = new Registry();

  counter(name: string, help: string, { labels = [], ...rest }: FamilyOptions<Counter> = {}) {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry], ...rest });
  }

  gauge(name: string, help: string, { labels = [], ...rest }: FamilyOptions<Gauge> = {}) {
    return new Gauge({ name, help, labelNames: labels, registers: [this.registry], ...rest });
  }

  /** @param buckets upper bounds, ascending */
  histogram(name: string, help: string, buckets: readonly number[]) {
    return new Histogram({ name, help, buckets: [...buckets], registers: [this.registry] });
  }

  /** A gauge that has no sample until it is set: a time of 0 would be one in 1970. */
  absentGauge(name: string, help: string) {
    const gauge = this.gauge(name, help);
    gauge.remove();
    return gauge;
  }
}
