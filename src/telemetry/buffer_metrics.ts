import type { Families } from "./families.ts";

const STATES = ["recovering", "ready", "full", "failed", "draining", "closed"] as const;

/** The buffer as the metrics show it. */
export interface BufferGauges {
  readonly state: { readonly kind: typeof STATES[number] };
  readonly events: number;
  readonly bytes: number;
  readonly maxSize: number;
  readonly droppedEvents: number;
  readonly droppedBytes: number;
  readonly corrupt: number;
  readonly corruptEvents: number;
  readonly quarantined: number;
  /** What the lake refused and is kept beside. Events are at most so many. */
  readonly setAside: {
    readonly batches: number;
    readonly events: number;
    readonly bytes: number;
  };
  /** Milliseconds since the oldest event was received that waits. */
  readonly oldestAge: number;
}

/** A commit as the metrics show it. */
export interface CommitFacts {
  readonly events: number;
  readonly milliseconds: number;
}

/** What waits on disk, what was lost there, and how long writing takes. */
export class BufferMetrics {
  readonly #commitSeconds;
  readonly #commitEvents;

  /** @param buffer asked at every scrape; undefined while there is none yet */
  constructor(families: Families, buffer: () => BufferGauges | undefined) {
    this.#commitSeconds = families.histogram(
      "falco_lake_buffer_commit_duration_seconds",
      "How long a group of events took to be written and synced",
      [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    );
    this.#commitEvents = families.histogram(
      "falco_lake_buffer_commit_events",
      "Events that shared one write and sync",
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096],
    );
    addGauges(families, buffer);
    addTotals(families, buffer);
  }

  committed({ events, milliseconds }: CommitFacts): void {
    this.#commitSeconds.observe(milliseconds / 1000);
    this.#commitEvents.observe(events);
  }
}

function addGauges(families: Families, buffer: () => BufferGauges | undefined): void {
  const gauge = (name: string, help: string, value: (gauges: BufferGauges) => number) =>
    families.gauge(`falco_lake_buffer_${name}`, help, {
      collect() {
        const gauges = buffer();
        this.set(gauges ? value(gauges) : 0);
      },
    });
  gauge("events", "Events stored and not yet in the lake", ({ events }) => events);
  gauge("bytes", "Bytes of all segment files", ({ bytes }) => bytes);
  gauge("max_bytes", "What these may be at most, buffer.maxsize", ({ maxSize }) => maxSize);
  gauge(
    "oldest_event_age_seconds",
    "How long ago the oldest event was received that is not in the lake; 0 when none waits",
    ({ oldestAge }) => oldestAge / 1000,
  );
  gauge(
    "quarantined_segments",
    "Damaged segments that are kept as .corrupt",
    ({ quarantined }) => quarantined,
  );
  gauge(
    "set_aside_batches",
    "Batches that the lake refused for good and that are kept beside",
    ({ setAside }) => setAside.batches,
  );
  gauge("set_aside_events", "Events in them, at most", ({ setAside }) => setAside.events);
  gauge("set_aside_bytes", "Bytes of their files", ({ setAside }) => setAside.bytes);
  families.gauge(
    "falco_lake_buffer_state",
    "1 for the state that the buffer is in: failed and full answer 503",
    {
      labels: ["state"],
      collect() {
        const state = buffer()?.state.kind ?? "recovering";
        for (const one of STATES) this.labels(one).set(one === state ? 1 : 0);
      },
    },
  );
}

function addTotals(families: Families, buffer: () => BufferGauges | undefined): void {
  const totals = [
    ["dropped_events", "Events dropped because the buffer was full", "droppedEvents"],
    ["dropped_bytes", "Bytes dropped because the buffer was full", "droppedBytes"],
    ["corrupt", "Damaged stretches found in stored segments", "corrupt"],
    ["corrupt_events", "Events lost in damaged stretches, at most", "corruptEvents"],
  ] as const;
  for (const [name, help, field] of totals) {
    families.counter(`falco_lake_buffer_${name}_total`, help, {
      collect() {
        this.reset();
        this.inc(buffer()?.[field] ?? 0);
      },
    });
  }
}
