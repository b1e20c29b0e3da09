import { Counter, Gauge, Histogram, Registry } from "prom-client";
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
  readonly state: { readonly kind: typeof BUFFER_STATES[number] };
  readonly events: number;
  readonly bytes: number;
  readonly droppedEvents: number;
  readonly droppedBytes: number;
  readonly corrupt: number;
  readonly corruptEvents: number;
  readonly quarantined: number;
  /** Milliseconds since the oldest event was received that waits. */
  readonly oldestAge: number;
}

/** A commit as the metrics show it. */
export interface CommitFacts {
  readonly events: number;
  readonly milliseconds: number;
}

const BUFFER_STATES = ["recovering", "ready", "full", "failed", "draining", "closed"] as const;

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
  readonly #rejectedBodies = this.#counter(
    "falco_lake_rejected_bodies_total",
    "Bodies refused with 400, by whether they were kept in the folder of rejected requests",
    ["kept"],
  );
  readonly #incompleteEvents = this.#counter(
    "falco_lake_incomplete_events_total",
    "Events that stand in the lake with no more than their envelope and raw_data",
  );
  readonly #uploadedEvents = this.#counter(
    "falco_lake_uploaded_events_total",
    "Events that stand in the lake",
  );
  readonly #uploadedBytes = this.#counter(
    "falco_lake_uploaded_bytes_total",
    "Bytes of the objects that stand in the lake",
  );
  readonly #commitSeconds = this.#histogram(
    "falco_lake_buffer_commit_duration_seconds",
    "How long a group of events took to be written and synced",
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  readonly #commitEvents = this.#histogram(
    "falco_lake_buffer_commit_events",
    "Events that shared one write and sync",
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096],
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
    // From 0 on: an increase from nothing is none to Prometheus.
    for (const kept of ["true", "false"]) this.#rejectedBodies.labels(kept).inc(0);
    this.#gauge(
      "falco_lake_buffer_oldest_event_age_seconds",
      "How long ago the oldest event was received that is not in the lake; 0 when none waits",
      function () {
        this.set((buffer()?.oldestAge ?? 0) / 1000);
      },
    );
    this.#gauge(
      "falco_lake_buffer_quarantined_segments",
      "Damaged segments that are kept as .corrupt",
      function () {
        this.set(buffer()?.quarantined ?? 0);
      },
    );
    const help = "1 for the state that the buffer is in: failed and full answer 503";
    const labelled = { labelNames: ["state"], registers: [this.#registry] };
    new Gauge({
      name: "falco_lake_buffer_state",
      help,
      ...labelled,
      collect() {
        const state = buffer()?.state.kind ?? "recovering";
        for (const one of BUFFER_STATES) this.labels(one).set(one === state ? 1 : 0);
      },
    });
    const totals = [
      ["dropped_events", "Events dropped because the buffer was full", "droppedEvents"],
      ["dropped_bytes", "Bytes dropped because the buffer was full", "droppedBytes"],
      ["corrupt", "Damaged stretches found in stored segments", "corrupt"],
      ["corrupt_events", "Events lost in damaged stretches, at most", "corruptEvents"],
    ] as const;
    for (const [name, what, field] of totals) {
      this.#counter(`falco_lake_buffer_${name}_total`, what, [], function () {
        this.reset();
        this.inc(buffer()?.[field] ?? 0);
      });
    }
  }

  /** A group of events is on disk. */
  committed({ events, milliseconds }: CommitFacts): void {
    this.#commitSeconds.observe(milliseconds / 1000);
    this.#commitEvents.observe(events);
  }

  requestAccepted(): void {
    this.#accepted.inc();
  }

  requestRejected(): void {
    this.#rejected.inc();
  }

  /** @param kept whether it is in the folder of rejected requests now */
  rejectedBody(kept: boolean): void {
    this.#rejectedBodies.labels(String(kept)).inc();
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

  /** Rows that have no more than an envelope and `raw_data` stand in the lake. */
  incomplete(events: number): void {
    this.#incompleteEvents.inc(events);
  }

  uploadFailed(destination: string): void {
    this.#outputs.labels(destination, "error").inc();
  }

  /** A whole batch stands in the lake. */
  shipped(events: number, nowMilliseconds: number): void {
    this.#uploadedEvents.inc(events);
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

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, collect?: (this: Gauge) => void): Gauge {
    return new Gauge({ name, help, registers: [this.#registry], ...(collect && { collect }) });
  }
}
