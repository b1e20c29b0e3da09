import type { Families } from "./families.ts";

/**
 * Why an upload has to be tried again: no answer, asked to slow down, credentials that are missing
 * or expired, not allowed, no such bucket, a clock that is wrong, an error of the server's, none of
 * these.
 */
export const UPLOAD_RETRY_CLASSES = [
  "network",
  "throttled",
  "credentials",
  "access",
  "notfound",
  "clockskew",
  "server",
  "other",
] as const;

export type UploadRetryClass = typeof UPLOAD_RETRY_CLASSES[number];

/** falcosidekick's name of the lake, without the dot that it adds by mistake. */
const DESTINATION = "awssecuritylake";

const KIB = 1024;
const MIB = 1024 * KIB;

/** How objects come into being and reach the lake. */
export class UploadMetrics {
  readonly #outputs;
  readonly #events;
  readonly #bytes;
  readonly #incompleteEvents;
  readonly #unlikelyTimes;
  readonly #setAside;
  readonly #uploadSeconds;
  readonly #objectBytes;
  readonly #encodeSeconds;
  readonly #retries;
  readonly #last;
  readonly #clockSkew;

  constructor(families: Families) {
    this.#outputs = families.counter(
      "falcosecurity_falcosidekick_outputs_total",
      "Objects by what became of them",
      { labels: ["destination", "status"] },
    );
    for (const status of ["ok", "error"]) this.#outputs.labels(DESTINATION, status).inc(0);
    this.#incompleteEvents = families.counter(
      "falco_lake_incomplete_events_total",
      "Events that stand in the lake with no more than their envelope and raw_data",
    );
    this.#unlikelyTimes = families.counter(
      "falco_lake_unlikely_event_times_total",
      "Events in the lake that say they happened before 1980 or over a day after they came",
    );
    this.#setAside = families.counter(
      "falco_lake_set_aside_events_total",
      "Events of batches that were set aside because the lake refused them",
    );
    this.#events = families.counter(
      "falco_lake_uploaded_events_total",
      "Events that stand in the lake",
    );
    this.#bytes = families.counter(
      "falco_lake_uploaded_bytes_total",
      "Bytes of the objects that stand in the lake",
    );
    // An attempt is given up after 300 s.
    this.#uploadSeconds = families.histogram(
      "falco_lake_upload_duration_seconds",
      "How long an object took to be uploaded, of those that were",
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    );
    this.#objectBytes = families.histogram(
      "falco_lake_upload_object_bytes",
      "Bytes of an object that was uploaded",
      [4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB, 64 * MIB, 256 * MIB],
    );
    this.#encodeSeconds = families.histogram(
      "falco_lake_encode_duration_seconds",
      "How long a batch took to become Parquet files",
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    );
    this.#retries = families.counter(
      "falco_lake_upload_retries_total",
      "Uploads that have to be tried again, by why",
      { labels: ["class"] },
    );
    for (const one of UPLOAD_RETRY_CLASSES) this.#retries.labels(one).inc(0);
    this.#last = families.gauge(
      "falco_lake_last_upload_timestamp_seconds",
      "When a batch last reached the lake, seconds since 1970",
    );
    this.#clockSkew = families.absentGauge(
      "falco_lake_clock_skew_seconds",
      "How far this host's clock is ahead of S3's; negative when it is behind",
    );
  }

  uploaded(destination: string, bytes: number, milliseconds?: number): void {
    this.#outputs.labels(destination, "ok").inc();
    this.#bytes.inc(bytes);
    this.#objectBytes.observe(bytes);
    if (milliseconds !== undefined) this.#uploadSeconds.observe(milliseconds / 1000);
  }

  failed(destination: string): void {
    this.#outputs.labels(destination, "error").inc();
  }

  retried(why: UploadRetryClass): void {
    this.#retries.labels(why).inc();
  }

  encoded(milliseconds: number): void {
    this.#encodeSeconds.observe(milliseconds / 1000);
  }

  incomplete(events: number): void {
    this.#incompleteEvents.inc(events);
  }

  unlikelyTimes(events: number): void {
    this.#unlikelyTimes.inc(events);
  }

  setAside(events: number): void {
    this.#setAside.inc(events);
  }

  shipped(events: number, nowMilliseconds: number): void {
    this.#events.inc(events);
    this.#last.set(nowMilliseconds / 1000);
  }

  clockSkew(seconds: number): void {
    this.#clockSkew.set(seconds);
  }
}
