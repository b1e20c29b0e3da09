import { Counter, Gauge, Registry } from "prom-client";
import { PRIORITIES, type Priority } from "../event/priority.ts";

/** What is counted of an event: falcosidekick's labels (`stats_prometheus.go`). */
export interface EventLabels {
  readonly hostname: string;
  readonly rule: string;
  readonly priority: Priority;
  readonly source: string;
  readonly k8sNamespace: string;
  readonly k8sPod: string;
}

/** The buffer as the metrics show it. */
export interface BufferGauges {
  readonly events: number;
  readonly bytes: number;
  readonly droppedEvents: number;
  readonly droppedBytes: number;
}

/** Characters of a label's value; a Kubernetes name has at most 253. */
const LABEL_LENGTH_MAX = 256;

/** Pod names and rules come from outside: beyond this many series, new ones count as "other". */
const EVENT_SERIES_MAX = 2000;

/**
 * Metrics under falcosidekick's names, so that its dashboards and alerts go on working, and ours
 * under `falco_lake_`. `destination` is `awssecuritylake` (falcosidekick adds a dot by mistake).
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #inputs = this.#counter(
    "falcosecurity_falcosidekick_inputs_total",
    "Requests by what became of them",
    ["source", "status"],
  );
  readonly #outputs = this.#counter(
    "falcosecurity_falcosidekick_outputs_total",
    "Objects by what became of them",
    ["destination", "status"],
  );
  readonly #events = this.#counter(
    "falcosecurity_falcosidekick_falco_events_total",
    "Events accepted",
    ["hostname", "rule", "priority", "priority_raw", "source", "k8s_ns_name", "k8s_pod_name"],
  );
  readonly #uploadedEvents = this.#counter(
    "falco_lake_uploaded_events_total",
    "Events that stand in the lake",
  );
  readonly #uploadedBytes = this.#counter(
    "falco_lake_uploaded_bytes_total",
    "Bytes of the objects that stand in the lake",
  );
  readonly #damaged = this.#counter(
    "falco_lake_buffer_corrupt_total",
    "Damaged stretches found in stored segments",
  );
  readonly #lastUpload = this.#gauge(
    "falco_lake_last_upload_timestamp_seconds",
    "When a batch last reached the lake, seconds since 1970",
  );
  readonly #accepted = this.#inputs.labels("requests", "accepted");
  readonly #rejected = this.#inputs.labels("requests", "rejected");
  readonly #series = new Map<string, Counter.Internal>();
  #overflow: Counter.Internal | undefined;

  /** @param buffer asked at every scrape; undefined while there is none yet */
  constructor(buffer: () => BufferGauges | undefined) {
    this.#gauge("falco_lake_buffer_events", "Events stored and not yet in the lake", function () {
      this.set(buffer()?.events ?? 0);
    });
    this.#gauge("falco_lake_buffer_bytes", "Bytes of all segment files", function () {
      this.set(buffer()?.bytes ?? 0);
    });
    const dropped = [
      ["events", "Events", "droppedEvents"],
      ["bytes", "Bytes", "droppedBytes"],
    ] as const;
    for (const [unit, what, field] of dropped) {
      const name = `falco_lake_buffer_dropped_${unit}_total`;
      this.#counter(name, `${what} dropped because the buffer was full`, [], function () {
        this.reset();
        this.inc(buffer()?.[field] ?? 0);
      });
    }
  }

  requestAccepted(): void {
    this.#accepted.inc();
  }

  requestRejected(): void {
    this.#rejected.inc();
  }

  eventAccepted(labels: EventLabels): void {
    const { hostname, rule, priority, source, k8sNamespace, k8sPod } = labels;
    const values = [
      hostname || "unknown",
      rule,
      String(PRIORITIES.length - PRIORITIES.indexOf(priority)),
      priority.toLowerCase(),
      source,
      k8sNamespace,
      k8sPod,
    ].map((value) => value.slice(0, LABEL_LENGTH_MAX));
    const key = values.join("\0");
    let series = this.#series.get(key);
    if (!series) {
      if (this.#series.size >= EVENT_SERIES_MAX) {
        series = this.#overflow ??= this.#events.labels(...values.map(() => "other"));
      } else {
        series = this.#events.labels(...values);
        this.#series.set(key, series);
      }
    }
    series.inc();
  }

  uploaded(destination: string, bytes: number): void {
    this.#outputs.labels(destination, "ok").inc();
    this.#uploadedBytes.inc(bytes);
  }

  uploadFailed(destination: string): void {
    this.#outputs.labels(destination, "error").inc();
  }

  /** A whole batch stands in the lake. */
  shipped(events: number, damaged: number, nowMilliseconds: number): void {
    this.#uploadedEvents.inc(events);
    this.#damaged.inc(damaged);
    this.#lastUpload.set(nowMilliseconds / 1000);
  }

  /** In Prometheus' text format. */
  async scrape(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  #counter(
    name: string,
    help: string,
    labelNames: string[] = [],
    collect?: (this: Counter) => void,
  ): Counter {
    const registers = [this.#registry];
    return new Counter({ name, help, labelNames, registers, ...(collect && { collect }) });
  }

  #gauge(name: string, help: string, collect?: (this: Gauge) => void): Gauge {
    return new Gauge({ name, help, registers: [this.#registry], ...(collect && { collect }) });
  }
}
