import type { BatchLimits } from "../buffer/batch_scan.ts";
import type { Batch, Buffer, BufferStatus } from "../buffer/buffer.ts";
import type { EncodedFile, EncodeSettings } from "../parquet/encode_batch.ts";
import type { Encoder } from "../parquet/encoder.ts";
import type { Clock } from "../platform/clock.ts";
import type { Random } from "../platform/random.ts";
import type { UploadStatus } from "../telemetry/health.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { backoff } from "./backoff.ts";
import { inTime } from "./in_time.ts";
import { objectKey } from "./object_key.ts";
import { DESTINATION, LOGGED_NAME } from "./output_name.ts";
import { RepeatedFailures } from "./repeated_failures.ts";
import type { Store } from "./store.ts";
import { UploadHistory } from "./upload_history.ts";

/** How objects are made, and where they go in the lake. */
export interface ObjectSettings extends Omit<EncodeSettings, "logId" | "first" | "last"> {
  readonly prefix: string;
}

export interface ShipperSettings {
  /** Milliseconds between two drains. */
  readonly interval: number;
  readonly limits: BatchLimits;
  readonly objects: ObjectSettings;
}

export interface ShipperDependencies {
  readonly buffer: Pick<Buffer, "lease" | "acknowledge"> & {
    readonly status: Pick<BufferStatus, "logId" | "begun" | "last" | "events">;
  };
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
  /** That its files and keys follow from. */
  readonly settings: ObjectSettings;
  readonly arrived: Set<EncodedFile>;
  /** Whether one of its objects may stand in the lake, whatever its attempt came to. */
  mayHaveArrived: boolean;
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
  readonly #dependencies: ShipperDependencies;
  readonly #deadline = new AbortController();
  readonly #history = new UploadHistory();
  readonly #failures = new RepeatedFailures();
  #settings: ShipperSettings;
  #store: Store;
  /** That of the last attempt. */
  #tried: Store;
  #wake = new AbortController();
  #flushing = false;
  /** When the last drain began, in milliseconds of the clock. */
  #drainBegan: number;
  /** Whether an earlier run may have put objects of the batch that comes first. */
  #mayHaveBegun: boolean;
  #stopping = false;
  #encoder: Encoder | undefined;
  #shipment: Shipment | undefined;
  #running: Promise<void>;

  constructor(settings: ShipperSettings, store: Store, dependencies: ShipperDependencies) {
    this.#settings = settings;
    this.#store = this.#tried = store;
    this.#dependencies = dependencies;
    this.#drainBegan = dependencies.clock.monotonic();
    this.#mayHaveBegun = dependencies.buffer.status.begun;
    this.#deadline.signal.addEventListener("abort", () => this.#closeEncoder());
    this.#running = this.#run();
  }

  get status(): UploadStatus {
    return this.#history.status;
  }

  /** Ships what is stored now, without waiting for the interval or for a pause to end. */
  flush(): void {
    this.#flushing = true;
    this.#wake.abort();
  }

  /**
   * Goes on with other settings. The store counts at once; the interval from the last drain on; the
   * objects' settings from the next batch on, or from the one under way as long as none of its
   * objects can stand in the lake: under another key it would stand there twice.
   */
  configure(settings: ShipperSettings, store: Store): void {
    this.#settings = settings;
    this.#store = store;
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
        const due = this.#drainBegan + this.#settings.interval;
        await clock.sleep(Math.max(0, due - clock.monotonic()), this.#wake.signal);
        const isReconfigured = this.#wake.signal.aborted && !this.#flushing;
        this.#wake = new AbortController();
        if (isReconfigured) continue;
      }
      this.#flushing = false;
      this.#drainBegan = clock.monotonic();
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
    const { buffer, clock, log, metrics } = this.#dependencies;
    let through = buffer.status.last;
    try {
      while (!this.#deadline.signal.aborted) {
        try {
          const shipment = this.#shipment = this.#underWay() ?? await this.#encodeNext(through);
          if (!shipment) return true;
          // Other settings have come while it was encoded.
          if (shipment !== this.#underWay()) continue;
          await this.#deliver(shipment);
          await buffer.acknowledge(shipment.batch);
          this.#shipment = undefined;
          this.#mayHaveBegun = false;
          const now = clock.now();
          if (this.#failures.end()) {
            log.info(`${LOGGED_NAME} - uploads work again`);
          }
          this.#history.succeeded(now);
          metrics.shipped(shipment.batch.events, now);
        } catch (error) {
          this.#closeEncoder();
          const pause = this.#failed(error);
          if (pause === undefined) return false;
          await clock.sleep(pause, this.#wake.signal);
          this.#wake = new AbortController();
          this.#flushing = false;
          through = buffer.status.last;
        }
      }
      return false;
    } finally {
      this.#closeEncoder();
    }
  }

  /** The batch that is on its way; not when it can still be made under newer settings. */
  #underWay(): Shipment | undefined {
    const shipment = this.#shipment;
    const isOutdated = shipment && shipment.settings !== this.#settings.objects;
    return isOutdated && !shipment.mayHaveArrived ? undefined : shipment;
  }

  /** @returns milliseconds until the next attempt; undefined when the agent stops */
  #failed(error: unknown): number | undefined {
    const { buffer, clock, random, log, metrics } = this.#dependencies;
    const { location } = this.#tried;
    metrics.uploadFailed(DESTINATION);
    const failure = this.#tried.explain(error);
    metrics.uploadRetried(failure.class);
    const reason = `${failure.text}${failure.hint && ` (${failure.hint})`}`;
    const attempts = (this.status.failures?.attempts ?? 0) + 1;
    const pause = backoff(attempts, random);
    this.#history.failed(clock.now(), reason, attempts, pause);
    const { events } = buffer.status;
    if (this.#deadline.signal.aborted) {
      log.warn(
        `${LOGGED_NAME} - lake.shutdowntimeout is over; ${events} events wait on disk, for the ` +
          `next start`,
      );
      return undefined;
    }
    const next = this.#stopping
      ? "for the next start"
      : `next attempt in ${Math.ceil(pause / 1000)} s`;
    const isNew = this.#failures.isWorthALine(`${location} ${reason}`, clock.monotonic());
    if (isNew || this.#stopping) {
      log.error(
        `${LOGGED_NAME} - ${reason} (${location}, attempt ${attempts}); ${events} events wait on ` +
          `disk, ${next}`,
        { class: failure.class, attempt: attempts, waiting: events },
      );
    }
    return this.#stopping ? undefined : pause;
  }

  async #encodeNext(through: number): Promise<Shipment | undefined> {
    const { buffer, clock, log, metrics, startEncoder } = this.#dependencies;
    const { limits, objects: settings } = this.#settings;
    const batch = await buffer.lease(limits, through);
    if (!batch) return undefined;
    const { first, last, slices } = batch;
    if (slices.length === 0) {
      log.error(`Buffer - no readable event is left of sequences ${first} to ${last}`);
      return { batch, files: [], settings, arrived: new Set(), mayHaveArrived: this.#mayHaveBegun };
    }
    // The deadline closes an encoder; one that is started after it would go on regardless.
    this.#deadline.signal.throwIfAborted();
    const encoder = this.#encoder ??= startEncoder();
    const { logId } = buffer.status;
    const started = clock.monotonic();
    const encode = () => encoder.encode(slices, { ...settings, logId, first, last });
    // Without a limit, an encoder that hangs would stop the uploads without a word.
    const tooLate = new Error(`encoding took over ${ENCODING_TIMEOUT / 1000} s`);
    const { signal } = this.#deadline;
    const files = await inTime(clock, ENCODING_TIMEOUT, encode, { signal, tooLate });
    metrics.encoded(clock.monotonic() - started);
    return { batch, files, settings, arrived: new Set(), mayHaveArrived: this.#mayHaveBegun };
  }

  async #deliver(shipment: Shipment): Promise<void> {
    const { buffer, clock, log, metrics } = this.#dependencies;
    const { batch: { first, last }, files, arrived } = shipment;
    const { prefix, region, accountId } = shipment.settings;
    const { logId } = buffer.status;
    for (const file of files) {
      if (arrived.has(file)) continue;
      const { eventDay, rows, incomplete, bytes } = file;
      const key = objectKey({ prefix, region, accountId, logId, first, last }, eventDay);
      const started = clock.monotonic();
      this.#tried = this.#store;
      try {
        await this.#tried.put(key, bytes, this.#deadline.signal);
      } catch (error) {
        if (this.#tried.explain(error).mayBeStored) shipment.mayHaveArrived = true;
        throw error;
      }
      arrived.add(file);
      shipment.mayHaveArrived = true;
      metrics.uploaded(DESTINATION, bytes.length, clock.monotonic() - started);
      metrics.incomplete(incomplete);
      if (incomplete > 0) {
        log.warn(
          `${LOGGED_NAME} - ${incomplete} of ${rows} events in ${key} have no more than their ` +
            `envelope and raw_data: see status_detail there`,
          { key, events: incomplete },
        );
      }
      log.info(
        `${LOGGED_NAME} - Upload parquet file ${key} OK (${rows} events)`,
        { key, events: rows, bytes: bytes.length },
      );
    }
  }

  #closeEncoder(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
  }
}

/** Milliseconds for a batch; the largest takes some 10 s. */
const ENCODING_TIMEOUT = 600_000;
