import type { BatchLimits } from "../buffer/batch_scan.ts";
import type { Buffer, BufferStatus } from "../buffer/buffer.ts";
import type { EncodedFile } from "../parquet/encode_batch.ts";
import type { UploadStatus } from "../telemetry/health.ts";
import { deliver } from "./deliver.ts";
import { destinationOf, rootIn } from "./destination.ts";
import { keyRoot } from "./object_key.ts";
import { LOGGED_NAME } from "./output_name.ts";
import { OutOfTheWay } from "./out_of_the_way.ts";
import type { Load, ObjectSettings, Shipment } from "./shipment.ts";
import type { Blame } from "./poison.ts";
import type { Store, StoreFailure } from "./store.ts";
import { EncodingError, TimedEncoder, type TimedEncoderDependencies } from "./timed_encoder.ts";
import { reasonOf, UploadReports, type UploadReportsDependencies } from "./upload_reports.ts";

export interface ShipperSettings {
  /** Milliseconds between two drains. */
  readonly interval: number;
  readonly limits: BatchLimits;
  readonly objects: ObjectSettings;
}

/** The encoder is started for a drain and closed after it: an idle agent does not pay for it. */
export interface ShipperDependencies extends UploadReportsDependencies, TimedEncoderDependencies {
  readonly buffer:
    & Pick<
      Buffer,
      | "lease"
      | "redirect"
      | "lookAhead"
      | "forgetAhead"
      | "acknowledge"
      | "setAside"
      | "nextDue"
      | "dueShipped"
      | "dueRefused"
    >
    & { readonly status: Pick<BufferStatus, "logId" | "begun" | "last" | "events"> };
}

/**
 * Takes batches from the buffer to the lake, oldest first, and alone moves the cursor. The order of
 * things is what makes delivery exactly-once: the intent is durable (`lease`), then every object of
 * the batch is put under a key that follows from the log and the range, then the cursor moves
 * (`acknowledge`). A crash anywhere repeats the same puts of the same keys.
 *
 * An attempt that fails is repeated for ever, with a growing pause; events wait on disk meanwhile.
 * Only a batch that is refused again and again for what it is goes out of the way: see OutOfTheWay.
 */
export class Shipper {
  readonly #dependencies: ShipperDependencies;
  readonly #deadline = new AbortController();
  readonly #reports: UploadReports;
  readonly #encoder: TimedEncoder;
  readonly #outOfTheWay: OutOfTheWay;
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
  /** What was last taken up. */
  #load: Load | undefined;
  #shipment: Shipment | undefined;
  #running: Promise<void>;

  constructor(settings: ShipperSettings, store: Store, dependencies: ShipperDependencies) {
    this.#settings = settings;
    this.#store = this.#tried = store;
    this.#dependencies = dependencies;
    this.#drainBegan = dependencies.clock.monotonic();
    this.#mayHaveBegun = dependencies.buffer.status.begun;
    this.#reports = new UploadReports(dependencies);
    this.#outOfTheWay = new OutOfTheWay(dependencies);
    this.#encoder = new TimedEncoder(dependencies, this.#deadline.signal);
    this.#running = this.#run();
  }

  get status(): UploadStatus {
    return this.#reports.status;
  }

  /** Ships what is stored now, without waiting for the interval or for a pause to end. */
  flush(): void {
    this.#flushing = true;
    this.#wake.abort();
  }

  /**
   * Goes on with other settings. The store counts from the next attempt on; the interval from the
   * last drain on; the objects' settings from the next batch on, or from the one under way as long
   * as none of its objects can stand in the lake: under another key it would stand there twice.
   */
  configure(settings: ShipperSettings, store: Store): void {
    // What is encoded already stays good where nothing has changed.
    const isSame = JSON.stringify(settings.objects) === JSON.stringify(this.#settings.objects);
    this.#settings = isSame ? { ...settings, objects: this.#settings.objects } : settings;
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
    const { buffer, clock } = this.#dependencies;
    let through = buffer.status.last;
    try {
      while (!this.#deadline.signal.aborted) {
        try {
          const shipment = this.#shipment = this.#underWay() ?? await this.#encodeNext(through);
          if (!shipment) return true;
          // Other settings have come while it was encoded.
          if (shipment !== this.#underWay()) continue;
          const store = this.#tried = this.#store;
          await this.#settle(shipment, store);
          const ahead = this.#encodeAhead(shipment, through);
          try {
            await deliver(shipment, store, this.#dependencies, this.#deadline.signal);
          } catch (error) {
            this.#encoder.close(); // which ends what is encoded ahead
            await ahead;
            if (!shipment.due) buffer.forgetAhead(shipment.batch);
            throw error;
          }
          await this.#finish(shipment, await ahead);
        } catch (error) {
          this.#encoder.close();
          const failure = this.#tried.explain(error);
          const pause = this.#failed(failure);
          if (pause === undefined) return false;
          const blame = error instanceof EncodingError ? "possible" : failure.refusesObject;
          if (await this.#isOutOfTheWay(blame, reasonOf(failure))) continue;
          if (failure.refusesKey) this.#giveUpBefore();
          await clock.sleep(pause, this.#wake.signal);
          this.#wake = new AbortController();
          this.#flushing = false;
          through = buffer.status.last;
        }
      }
      this.#sayTimeIsOver();
      return false;
    } finally {
      this.#encoder.close();
    }
  }

  /** The batch that is on its way; not when it can still be made under newer settings. */
  #underWay(): Shipment | undefined {
    const shipment = this.#shipment;
    const isOutdated = shipment && shipment.settings !== this.#settings.objects;
    return isOutdated && !shipment.mayHaveArrived ? undefined : shipment;
  }

  /** @returns milliseconds until the next attempt; undefined when the agent stops */
  #failed(failure: StoreFailure): number | undefined {
    if (this.#deadline.signal.aborted) {
      this.#sayTimeIsOver();
      return undefined;
    }
    const { events: waiting } = this.#dependencies.buffer.status;
    const { location } = this.#tried;
    const isLast = this.#stopping;
    const pause = this.#reports.failed({ ...failure, location, waiting, isLast });
    return isLast ? undefined : pause;
  }

  #sayTimeIsOver(): void {
    const { buffer, log } = this.#dependencies;
    log.warn(
      `${LOGGED_NAME} - lake.shutdowntimeout is over; ${buffer.status.events} events wait on ` +
        `disk, for the next start`,
    );
  }

  /** Sets what has failed aside, if it is poison. @returns whether the next one may come */
  async #isOutOfTheWay(blame: Blame, reason: string): Promise<boolean> {
    const load = this.#load;
    if (!load || !await this.#outOfTheWay.refused(load, blame, reason)) return false;
    if (!load.due) this.#mayHaveBegun = false;
    this.#shipment = this.#load = undefined;
    return true;
  }

  /** Has the intent say where the batch goes, before anything goes there. */
  async #settle(shipment: Shipment, { location }: Store): Promise<void> {
    if (shipment.due) return;
    const destination = destinationOf(location, shipment.root);
    if (shipment.batch.destination === destination) return;
    shipment.batch = await this.#dependencies.buffer.redirect(shipment.batch, destination);
  }

  /**
   * Where a batch may stand already, under an earlier configuration, it may not be put any more:
   * then it goes where the configuration says now, or it would wait for ever.
   */
  #giveUpBefore(): void {
    const { log } = this.#dependencies;
    const shipment = this.#shipment;
    const root = keyRoot(this.#settings.objects);
    if (!shipment || shipment.due || shipment.root === root) return;
    if (++shipment.refusals < REFUSALS_BEFORE) return;
    const { first, last } = shipment.batch;
    log.warn(
      `${LOGGED_NAME} - events ${first} to ${last}, which may stand in ${shipment.root}, are ` +
        `refused there; they go to ${root} from now on, and may be in the lake twice`,
    );
    shipment.root = root;
    // What has arrived of it already is not put again.
    if (shipment.arrived.size === 0) shipment.mayHaveArrived = this.#mayHaveBegun = false;
  }

  async #encodeNext(through: number): Promise<Shipment | undefined> {
    const { limits, objects: settings } = this.#settings;
    const { location } = this.#store;
    const root = keyRoot(settings);
    const destination = destinationOf(location, root);
    const load = this.#load = await this.#next(through, limits, destination);
    if (!load) return undefined;
    const { batch, due } = load;
    if (due) return await this.#encode(load, settings, root, false);
    // What an earlier run began goes on where it was: it may stand there.
    const before = this.#mayHaveBegun ? rootIn(batch.destination, location) : undefined;
    return await this.#encode(load, settings, before ?? root, this.#mayHaveBegun);
  }

  async #encode(
    load: Load,
    settings: ObjectSettings,
    root: string,
    mayHaveArrived: boolean,
  ): Promise<Shipment> {
    const { log } = this.#dependencies;
    const { batch: { first, last, slices }, logId } = load;
    const arrived = new Set<EncodedFile>();
    const shipment = { ...load, settings, root, arrived, mayHaveArrived, refusals: 0 };
    if (slices.length === 0) {
      log.error(`Buffer - no readable event is left of sequences ${first} to ${last}`);
      return { ...shipment, files: [] };
    }
    const files = await this.#encoder.encode(slices, { ...settings, logId, first, last });
    return { ...shipment, files };
  }

  /** What was set aside and is due comes first, unless a batch is leased: so not in a backlog. */
  async #next(
    through: number,
    limits: BatchLimits,
    destination: string,
  ): Promise<Load | undefined> {
    const { buffer } = this.#dependencies;
    // But a batch that was begun must not wait for it: its objects stand in the lake in part.
    const due = buffer.status.begun ? undefined : await buffer.nextDue();
    if (due) return { batch: due, logId: due.logId, due };
    const batch = await buffer.lease(limits, through, destination);
    return batch && { batch, logId: buffer.status.logId };
  }

  /**
   * Encodes the batch behind a shipment while that is uploaded, so that a backlog takes the longer
   * of both times and not their sum.
   *
   * Never rejects: what goes wrong here goes wrong again, and is said, when it is that batch's turn.
   */
  async #encodeAhead(shipment: Shipment, through: number): Promise<Shipment | undefined> {
    const { buffer } = this.#dependencies;
    // While uploads fail it would be made for nothing, again and again.
    if (shipment.due || this.status.failures) return undefined;
    const { limits, objects: settings } = this.#settings;
    try {
      const batch = await buffer.lookAhead(shipment.batch, limits, through);
      const load = batch && { batch, logId: shipment.logId };
      return load && await this.#encode(load, settings, keyRoot(settings), false);
    } catch {
      this.#encoder.close(); // it may be dead, and nobody else uses it now
      return undefined;
    }
  }

  /** @param ahead the next shipment, if it is encoded already */
  async #finish({ batch, due }: Shipment, ahead: Shipment | undefined): Promise<void> {
    const { buffer } = this.#dependencies;
    let next: Shipment | undefined;
    if (due) await buffer.dueShipped(due);
    else {
      const destination = ahead && destinationOf(this.#store.location, ahead.root);
      if (await buffer.acknowledge(batch, ahead?.batch, destination)) next = ahead;
      if (next && destination) next.batch = { ...next.batch, destination };
      this.#mayHaveBegun = false;
    }
    this.#shipment = this.#load = next;
    this.#outOfTheWay.shipped();
    this.#reports.shipped(batch.events);
  }
}

/** A single one may be a policy on its way through IAM. */
const REFUSALS_BEFORE = 3;
