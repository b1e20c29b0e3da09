import type { Counter, Registry } from "prom-client";
import { PRIORITIES, type Priority } from "../event/priority.ts";
import { EVENT_SERIES_MAX, EventFamily } from "./event_family.ts";
import type { Families } from "./families.ts";
import { isLabelName } from "../event/metric_label.ts";
import { labelValue } from "./label_value.ts";

/** What is counted of an event: falcosidekick's labels (`stats_prometheus.go`). */
export interface EventLabels {
  readonly hostname: string;
  readonly rule: string;
  readonly priority: Priority;
  readonly source: string;
  readonly k8sNamespace: string;
  readonly k8sPod: string;
  /** Values of the labels named by `useEventLabels`, in its order; one that is missing is "". */
  readonly extra?: readonly string[];
}

const NAMES = [
  "hostname",
  "rule",
  "priority",
  "priority_raw",
  "source",
  "k8s_ns_name",
  "k8s_pod_name",
];

/** `priority` is falcosidekick's number, 1 for Debug to 8 for Emergency. */
const PRIORITY_VALUES = new Map(
  PRIORITIES.map((name, at) => [name, [String(PRIORITIES.length - at), name.toLowerCase()]]),
);

/** Counts events by what falcosidekick counts them by, in a bounded number of series. */
export class EventSeries {
  readonly #registry: Registry;
  readonly #overflowEvents: Counter;
  #names: readonly string[] = NAMES;
  /** Where the value of each extra label stands among those of all. */
  #places: readonly number[] = [];
  #family: EventFamily;

  constructor(families: Families) {
    this.#registry = families.registry;
    this.#family = new EventFamily(this.#names, this.#registry);
    this.#overflowEvents = families.counter(
      "falco_lake_metric_overflow_events_total",
      `Events counted as "other" because there were ${EVENT_SERIES_MAX} series of events already`,
    );
  }

  /** @throws {TypeError} when a name is none; nothing has changed then */
  useLabels(extra: readonly string[]): void {
    const wrong = extra.find((name) => !isLabelName(name));
    if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} is no label name`);
    const names = [...new Set([...NAMES, ...extra])];
    if (names.length !== this.#names.length || names.some((name) => !this.#names.includes(name))) {
      this.#names = names;
      this.#family = new EventFamily(names, this.#registry);
    }
    this.#places = extra.map((name) => this.#names.indexOf(name));
  }

  count(event: EventLabels): void {
    const series = this.#family.seriesOf(this.#valuesOf(event)) ?? this.#overflow();
    series.value++;
  }

  #valuesOf({ hostname, rule, priority, source, k8sNamespace, k8sPod, extra }: EventLabels) {
    const [level = "", raw = ""] = PRIORITY_VALUES.get(priority) ?? [];
    const values = [
      labelValue(hostname || "unknown"),
      labelValue(rule),
      level,
      raw,
      labelValue(source),
      labelValue(k8sNamespace),
      labelValue(k8sPod),
    ];
    this.#places.forEach((place, at) => values[place] = labelValue(extra?.[at] ?? ""));
    return values;
  }

  #overflow() {
    this.#overflowEvents.inc();
    return this.#family.others();
  }
}
