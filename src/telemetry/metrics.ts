import type { ProcessUsage } from "../platform/process_usage.ts";
import { AgentMetrics, type BuildInfo } from "./agent_metrics.ts";
import { type BufferGauges, BufferMetrics, type CommitFacts } from "./buffer_metrics.ts";
import { type EventLabels, EventSeries } from "./event_series.ts";
import { Families } from "./families.ts";
import { addProcessMetrics } from "./process_metrics.ts";
import { UploadMetrics, type UploadRetryClass } from "./upload_metrics.ts";

export type { BufferGauges, CommitFacts } from "./buffer_metrics.ts";
export type { EventLabels } from "./event_series.ts";
export type { UploadRetryClass } from "./upload_metrics.ts";

/**
 * Metrics under falcosidekick's names, so that its dashboards and alerts go on working, and ours
 * under `falco_lake_`. `destination` is `awssecuritylake` (falcosidekick adds a dot by mistake).
 * Series whose labels are known beforehand are there from 0 on: an increase from nothing is none to
 * Prometheus.
 */
export class Metrics {
  readonly #families = new Families();
  readonly #inputs = this.#families.counter(
    "falcosecurity_falcosidekick_inputs_total",
    "Requests by what became of them",
    { labels: ["source", "status"] },
  );
  readonly #accepted = this.#inputs.labels("requests", "accepted");
  readonly #rejected = this.#inputs.labels("requests", "rejected");
  readonly #uploads = new UploadMetrics(this.#families);
  readonly #events = new EventSeries(this.#families);
  readonly #rejectedBodies = this.#families.counter(
    "falco_lake_rejected_bodies_total",
    "Bodies refused with 400, by whether they were kept in the folder of rejected requests",
    { labels: ["kept"] },
  );
  readonly #buffer: BufferMetrics;
  readonly #agent = new AgentMetrics(this.#families);

  /**
   * @param buffer asked at every scrape; undefined while there is none yet
   * @param usage asked at every scrape; without it there are no metrics of the process
   */
  constructor(buffer: () => BufferGauges | undefined, usage?: ProcessUsage) {
    this.#accepted.inc(0);
    this.#rejected.inc(0);
    for (const kept of ["true", "false"]) this.#rejectedBodies.labels(kept).inc(0);
    this.#buffer = new BufferMetrics(this.#families, buffer);
    if (usage) addProcessMetrics(this.#families, usage);
  }

  /**
   * What this is, in `falco_lake_build_info`; replaces what was said before.
   *
   * @param ocsfVersion the version of OCSF that the lake's objects have
   */
  build(info: BuildInfo): void {
    this.#agent.build(info);
  }

  /** A configuration was read again. @param ok whether it is in force now */
  reloaded(ok: boolean, nowMilliseconds: number): void {
    this.#agent.reloaded(ok, nowMilliseconds);
  }

  /** @param milliseconds since 1970; undefined when the server has no certificate */
  certificateExpires(milliseconds: number | undefined): void {
    this.#agent.certificateExpires(milliseconds);
  }

  /** A template of `templatedfields` failed for an event. */
  templateFailed(): void {
    this.#agent.templateFailed();
  }

  /** A group of events is on disk. */
  committed(commit: CommitFacts): void {
    this.#buffer.committed(commit);
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

  /**
   * Names the labels of events that come in `EventLabels.extra` from now on. falcosidekick has the
   * keys of customfields, templatedfields and prometheus.extralabels there, with `_` for `.`.
   *
   * A name may repeat another or one of falcosidekick's seven: there is one label then, with the
   * last value, where falcosidekick panics. Other names than before begin the family anew with its
   * counters at 0, as a restart does; the same names, in whatever order, change nothing in it.
   *
   * @throws {TypeError} for what is no label name (`isLabelName`); nothing has changed then
   */
  useEventLabels(names: readonly string[]): void {
    this.#events.useLabels(names);
  }

  eventAccepted(labels: EventLabels): void {
    this.#events.count(labels);
  }

  /** A batch became Parquet files. */
  encoded(milliseconds: number): void {
    this.#uploads.encoded(milliseconds);
  }

  /**
   * An object stands in the lake.
   *
   * @param milliseconds that the attempt took which succeeded
   */
  uploaded(destination: string, bytes: number, milliseconds?: number): void {
    this.#uploads.uploaded(destination, bytes, milliseconds);
  }

  uploadFailed(destination: string): void {
    this.#uploads.failed(destination);
  }

  /** An upload has to be tried again. */
  uploadRetried(why: UploadRetryClass): void {
    this.#uploads.retried(why);
  }

  /** Rows that have no more than an envelope and `raw_data` stand in the lake. */
  incomplete(events: number): void {
    this.#uploads.incomplete(events);
  }

  /** Rows with a time that is hardly theirs stand in the lake. */
  unlikelyTimes(events: number): void {
    this.#uploads.unlikelyTimes(events);
  }

  /** A batch that the lake refuses was set aside. */
  setAside(events: number): void {
    this.#uploads.setAside(events);
  }

  /** A whole batch stands in the lake. */
  shipped(events: number, nowMilliseconds: number): void {
    this.#uploads.shipped(events, nowMilliseconds);
  }

  /** S3 has told its time. @param seconds that this host's clock is ahead of it */
  clockSkew(seconds: number): void {
    this.#uploads.clockSkew(seconds);
  }

  /** In Prometheus' text format. */
  async scrape(): Promise<{ readonly text: string; readonly contentType: string }> {
    const { registry } = this.#families;
    return { text: await registry.metrics(), contentType: registry.contentType };
  }
}
