import { Counter, type Registry } from "prom-client";
import { ownCopy } from "./label_value.ts";

/** Pods and rules come from outside: beyond this many series there is one more, for all others. */
export const EVENT_SERIES_MAX = 2000;

const NAME = "falcosecurity_falcosidekick_falco_events_total";

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** How many there were; ever more. */
  value: number;
}

/**
 * The family of events, with series of its own. prom-client finds a counter's series, at every
 * `inc`, by a text such as `rule:a,source:b,`, which values can forge: two series would become one.
 */
export class EventFamily extends Counter {
  readonly #names: readonly string[];
  readonly #series = new Map<string, Series>();

  /** Takes the place of the one that the registry has. @param names of labels, each once */
  constructor(names: readonly string[], registry: Registry) {
    registry.removeSingleMetric(NAME);
    super({ name: NAME, help: "Events accepted", registers: [registry] });
    this.#names = names;
  }

  /**
   * @param values well-formed, as many as there are names
   * @returns undefined when there is none yet and no room for one
   */
  seriesOf(values: readonly string[]): Series | undefined {
    const key = keyOf(values);
    const known = this.#series.get(key);
    if (known || this.#series.size >= EVENT_SERIES_MAX) return known;
    return this.#open(key, values);
  }

  /** The series that has "other" everywhere, which an event may have, too. */
  others(): Series {
    const values = this.#names.map(() => "other");
    const key = keyOf(values);
    return this.#series.get(key) ?? this.#open(key, values);
  }

  /** What a scrape shows. */
  override async get() {
    return { ...(await super.get()), values: [...this.#series.values()] };
  }

  #open(key: string, values: readonly string[]): Series {
    const labels = Object.fromEntries(this.#names.map((name, at) => [name, ownCopy(values[at]!)]));
    const series = { labels, value: 0 };
    this.#series.set(key, series);
    return series;
  }
}

/** With each value's length before it, so that no two lists of values have the same key. */
function keyOf(values: readonly string[]): string {
  let key = "";
  for (const value of values) key += `${value.length}:${value}`;
  return key;
}
