import type { BatchLimits } from "../buffer/batch_scan.ts";
import type { Batch, Buffer, BufferStatus } from "../buffer/buffer.ts";
import type { EncodedFile, EncodeSettings } from "../parquet/encode_batch.ts";
import type { Encoder } from "../parquet/encoder.ts";
import type { Compression } from "../parquet/writer_properties.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { backoff } from "./backoff.ts";
import { objectKey } from "./object_key.ts";
import type { Store } from "./store.ts";

export interface ShipperSettings {
  /** Milliseconds between two drains. */
  readonly interval: number;
  readonly limits: BatchLimits;
  readonly prefix: string;
  readonly region: string;
  readonly accountId: string;
  readonly schema: EncodeSettings["schema"];
  readonly ocsfVersion: EncodeSettings["ocsfVersion"];
  readonly compression: Compression;
  /** Of falco-lake, for the files' metadata. */
  readonly version: string;
}

export interface ShipperDependencies {
  readonly buffer: Pick<Buffer, "lease" | "acknowledge"> & {
    readonly status: Pick<BufferStatus, "logId" | "begun" | "last" | "events">;
  };
  readonly store: Store;
  /** Started for a drain and closed after it, so that an idle agent does not pay for it. */
  readonly startEncoder: () => Encoder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A leased batch on its way: encoded once, and with what has arrived of it. */
interface Shipment {
  readonly batch: Batch;
  readonly files: readonly EncodedFile[];
  readonly arrived: Set<EncodedFile>;
}

/**
 * Takes batches from the buffer to the lake, oldest first, and alone moves the cursor. The order of
 * things is what makes delivery exactly-once: the intent is durable (`lease`), then every object of
 * the batch is put under a key that follows from the log and the range, then the cursor moves
 * (`acknowledge`). A crash anywhere repeats the same puts of the same keys.
 *
 * An attempt that fails is repeated for ever, with a growing pause; events wait on disk meanwhile.
 */
export class Shipper {
  readonly #settings: ShipperSettings;
  readonly #dependencies: ShipperDependencies;
  readonly #deadline = new AbortController();
  #wake = new AbortController();
  #stopping = false;
  #encoder: Encoder | undefined;
  #shipment: Shipment | undefined;
  #running: Promise<void>;

  constructor(settings: ShipperSettings, dependencies: ShipperDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#deadline.signal.addEventListener("abort", () => this.#closeEncoder());
    this.#running = this.#run();
  }

  /** Ships what is stored now, without waiting for the interval or for a pause to end. */
  flush(): void {
    this.#wake.abort();
  }

  /**
   * Ships what is stored now, once more, and stops. What cannot be shipped within `timeout`
   * milliseconds waits on disk for the next start.
   */
  async stop(timeout: number): Promise<void> {
    this.#stopping = true;
    this.flush();
    const done = new AbortController();
    const giveUp = this.#dependencies.clock.sleep(timeout, done.signal).then(() => {
      if (!done.signal.aborted) this.#deadline.abort();
    });
    await this.#running;
    done.abort();
    await giveUp;
  }

  async #run(): Promise<void> {
    const { buffer, clock } = this.#dependencies;
    // A batch that an earlier run began is due at once; the rest keeps the interval's pace, so that
    // an agent that is restarted often does not litter the lake with small objects.
    if (buffer.status.begun) await this.#drain();
    for (;;) {
      const last = this.#stopping;
      if (!last) {
        await clock.sleep(this.#settings.interval, this.#wake.signal);
        this.#wake = new AbortController();
      }
      const shipped = await this.#drain();
      if (last || (this.#stopping && !shipped)) return;
    }
  }

  /**
   * Ships until nothing is left of what was stored when it began, or at the last failure.
   *
   * @returns false when it gave up because the agent stops
   */
  async #drain(): Promise<boolean> {
    const { buffer, clock, random, log, metrics, store } = this.#dependencies;
    let through = buffer.status.last;
    let failures = 0;
    try {
      while (!this.#deadline.signal.aborted) {
        try {
          const shipment = this.#shipment ??= await this.#encodeNext(through);
          if (!shipment) return true;
          await this.#deliver(shipment);
          await buffer.acknowledge(shipment.batch);
          this.#shipment = undefined;
          failures = 0;
          metrics.shipped(shipment.batch.events, clock.now());
        } catch (error) {
          this.#closeEncoder();
          metrics.uploadFailed(DESTINATION);
          failures++;
          const pause = backoff(failures, random);
          if (this.#deadline.signal.aborted) {
            log.warn(
              `${store.name} - lake.shutdowntimeout is over; ${buffer.status.events} events wait ` +
                `on disk, for the next start`,
            );
            return false;
          }
          log.error(
            `${store.name} - ${describe(error)} (${store.location}, attempt ${failures}); ` +
              `${buffer.status.events} events wait on disk, ` +
              (this.#stopping
                ? "for the next start"
                : `next attempt in ${Math.ceil(pause / 1000)} s`),
          );
          if (this.#stopping) return false;
          await clock.sleep(pause, this.#wake.signal);
          this.#wake = new AbortController();
          through = buffer.status.last;
        }
      }
      return false;
    } finally {
      this.#closeEncoder();
    }
  }

  async #encodeNext(through: number): Promise<Shipment | undefined> {
    const { buffer, log, startEncoder } = this.#dependencies;
    const { limits, region, accountId, schema, ocsfVersion, compression, version } = this.#settings;
    const batch = await buffer.lease(limits, through);
    if (!batch) return undefined;
    const { first, last, slices } = batch;
    if (slices.length === 0) {
      log.error(`Buffer - no readable event is left of sequences ${first} to ${last}`);
      return { batch, files: [], arrived: new Set() };
    }
    // The deadline closes an encoder; one that is started after it would go on regardless.
    this.#deadline.signal.throwIfAborted();
    this.#encoder ??= startEncoder();
    const { logId } = buffer.status;
    const settings = {
      region,
      accountId,
      schema,
      ocsfVersion,
      compression,
      version,
      logId,
      first,
      last,
    };
    const files = await this.#inTime(this.#encoder.encode(slices, settings));
    return { batch, files, arrived: new Set() };
  }

  /** Without a limit, an encoder that hangs would stop the uploads without a word. */
  async #inTime<T>(encoding: Promise<T>): Promise<T> {
    const done = new AbortController();
    const tooLate = this.#dependencies.clock.sleep(ENCODING_TIMEOUT, done.signal).then(() => {
      if (!done.signal.aborted) throw new Error(`encoding took over ${ENCODING_TIMEOUT / 1000} s`);
      return encoding;
    });
    try {
      return await Promise.race([encoding, tooLate]);
    } finally {
      done.abort();
    }
  }

  async #deliver({ batch, files, arrived }: Shipment): Promise<void> {
    const { buffer, store, log, metrics } = this.#dependencies;
    const { prefix, region, accountId } = this.#settings;
    const { first, last } = batch;
    const { logId } = buffer.status;
    for (const file of files) {
      if (arrived.has(file)) continue;
      const key = objectKey({ prefix, region, accountId, logId, first, last }, file.eventDay);
      await store.put(key, file.bytes, this.#deadline.signal);
      arrived.add(file);
      metrics.uploaded(DESTINATION, file.bytes.length);
      metrics.incomplete(file.incomplete);
      if (file.incomplete > 0) {
        log.warn(
          `${store.name} - ${file.incomplete} of ${file.rows} events in ${key} have no more than ` +
            `their envelope and raw_data: see status_detail there`,
        );
      }
      log.info(`${store.name} - Upload parquet file ${key} OK (${file.rows} events)`);
    }
  }

  #closeEncoder(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
  }
}

/** Milliseconds for a batch; the largest takes some 10 s. */
const ENCODING_TIMEOUT = 600_000;

const DESTINATION = "awssecuritylake";

/** The SDK's errors carry the service's code as their name. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return `${error.name}${status ? ` ${status}` : ""}: ${error.message}`;
}
