import type { Clock } from "../platform/clock.ts";
import type { BatchLimits } from "./batch_scan.ts";
import type {
  Batch,
  BufferDependencies,
  BufferOptions,
  BufferStatus,
  CommitFacts,
} from "./buffer_types.ts";
import type { Intent } from "./cursor.ts";
import { CursorFile } from "./cursor_file.ts";
import type { AppendOutcome } from "./group_commit.ts";
import { Home } from "./home.ts";
import { Leases } from "./leases.ts";
import { type BufferState, Lifecycle } from "./lifecycle.ts";
import { Losses } from "./losses.ts";
import { recover } from "./recovery.ts";
import { Reserve } from "./reserve.ts";
import { SegmentLog } from "./segment_log.ts";
import { type DueBatch, SetAside } from "./set_aside.ts";
import { type SealedSegment, unacknowledged } from "./segment_state.ts";
import { type BufferParts, Writer } from "./writer.ts";

/*
 * A ring of segment files that keeps every acknowledged event until it stands in the lake.
 *
 * Limits: one process per folder (`lock`). A record never spans segments. Sequences start at 1 and
 * are never given twice. Only the newest segment can be torn. Memory: what waits for the disk
 * (64 MiB at most) and one commit; nothing grows with the backlog but a list of its segments.
 *
 * On disk, all integers little-endian, CRC-32 as in zlib:
 *
 *   lock          "pid N" as text, locked (flock) while an agent runs
 *   reserve       64 KiB of nothing, given up when a full disk has no room for the cursor
 *   rejected/     requests that were refused; the receiver's
 *   encoding      what is being encoded; the shipper's
 *   set-aside/    batches that the lake refused for good, each a segment with a log id in its name
 *   cursor-lake   60 bytes and more, replaced by rename:
 *                    0  8  "FALCOCUR"
 *                    8  4  format version, 1
 *                   12  4  n, bytes of the destination
 *                   16 16  log id
 *                   32  8  acknowledged: nothing at or below this sequence is wanted any more
 *                   40  8  first sequence of the batch being shipped (the intent); 0 for none
 *                   48  8  its last sequence
 *                   56  n  where that batch's objects go, in the shipper's words
 *                 56+n  4  CRC of all before
 *   00000000000000000001.seg, a segment, named by the sequence of its first record; or .corrupt
 *   instead of .seg once damage was found in it
 *     header         0  8  "FALCOSEG"
 *                    8  4  format version, 1
 *                   12  4  0
 *                   16 16  log id
 *                   32  8  first sequence
 *                   40  4  CRC of bytes 0 to 39
 *     each record    0  4  length of the payload
 *                    4  4  CRC of all behind it: bytes 8 to 23 and the payload
 *                    8  8  sequence
 *                   16  8  received time, µs since 1970
 *                   24     payload: the received bytes
 *
 * What each crash leaves: before a sync, a torn tail whose client was not answered: cut off. After
 * it, a stored event that the client may send again. Between two objects of a batch, or before the
 * cursor's commit: the intent repeats exactly the same range under exactly the same keys. After
 * the cursor's commit: segments that the next start deletes.
 *
 * The pieces: `recovery_plan` and `retention` say what to do and do nothing; `segment_log` knows
 * files and no policy; `lifecycle` holds the state. `writer` acts on appends, `leases` and this
 * file on deliveries.
 */

export type { Batch, BufferDependencies, BufferOptions, BufferState, BufferStatus, CommitFacts };
export type { DueBatch } from "./set_aside.ts";

/** A batch that was set aside just now. */
export interface KeptAside {
  readonly path: string;
  readonly events: number;
}

export class Buffer {
  readonly #clock: Clock;
  readonly #parts: BufferParts;
  readonly #setAside: SetAside;
  readonly #writer: Writer;

  /**
   * Opens a buffer, creating its folder if needed, and puts it in order after a crash.
   *
   * @throws when another process holds the folder, when it is not writable, or when it holds
   *   a cursor or segments of an unknown version
   */
  static async open(options: BufferOptions, dependencies: BufferDependencies): Promise<Buffer> {
    const { disk, random, log, clock } = dependencies;
    const { directory, segmentSize } = options;
    let home: Home | undefined;
    try {
      const lifecycle = new Lifecycle(directory, log, clock);
      const held = home = await Home.take(disk, directory, options.owner);
      const { cursor, isNew, sealed, next } = await recover(disk, directory, random, log);
      const { logId } = cursor;
      const reserve = new Reserve(disk, directory);
      const cursorFile = new CursorFile(disk, directory, home, reserve, cursor);
      // The log id must outlive the segments, or a lost cursor could reuse old objects' keys.
      if (isNew) await cursorFile.move({});
      const segments = new SegmentLog(disk, directory, logId, segmentSize, sealed, next);
      const losses = new Losses(log);
      const missing = (segment: SealedSegment) => {
        held.mustBeHere();
        // What somebody has deleted must not hold up the rest.
        losses.missing(segment, cursorFile.cursor.acknowledged);
        segments.forget(segment);
      };
      const leases = new Leases(
        { disk, directory, logId, segments, log, missing },
        cursor.intent,
      );
      const parts = { home, segments, reserve, cursorFile, lifecycle, leases, losses };
      const writer = new Writer(options, dependencies, parts);
      await writer.prepare();
      return new Buffer(clock, parts, new SetAside(disk, directory, log), writer);
    } catch (error) {
      home?.release();
      const message = `Cannot use buffer.directory ${directory}: ${(error as Error).message}`;
      throw new Error(message, { cause: error });
    }
  }

  private constructor(
    clock: Clock,
    parts: BufferParts,
    setAside: SetAside,
    writer: Writer,
  ) {
    this.#clock = clock;
    this.#parts = parts;
    this.#setAside = setAside;
    this.#writer = writer;
  }

  get status(): BufferStatus {
    const { cursorFile, segments: log, lifecycle, losses, leases } = this.#parts;
    const { acknowledged, logId, intent } = cursorFile.cursor;
    const { segments } = log;
    return {
      state: lifecycle.state,
      logId,
      acknowledged,
      begun: intent !== undefined,
      events: segments.reduce((sum, segment) => sum + unacknowledged(segment, acknowledged), 0),
      bytes: log.bytes,
      last: log.last,
      droppedEvents: losses.events,
      droppedBytes: losses.bytes,
      corrupt: leases.damage.stretches,
      corruptEvents: leases.damage.events,
      quarantined: segments.filter(({ quarantined }) => quarantined).length,
      setAside: this.#setAside.status,
    };
  }

  /** Most bytes on disk. */
  get maxSize(): number {
    return this.#writer.maxSize;
  }

  /** How long ago the oldest event that waits was received, in ms; 0 when none waits. */
  get oldestAge(): number {
    const { leases, cursorFile } = this.#parts;
    const received = leases.receivedOldest(cursorFile.cursor.acknowledged + 1);
    // The clock may have been set back since.
    return received === undefined ? 0 : Math.max(0, this.#clock.now() - received / 1000);
  }

  /** Goes on with another bound or policy. A smaller bound is kept at the next append. */
  configure(bounds: Pick<BufferOptions, "maxSize" | "whenFull">): void {
    this.#writer.configure(bounds);
  }

  /**
   * Stores payloads, all or none of them. When the outcome is `stored` they survive anything but
   * the loss of the disk (with `sync: always`). The payloads must not change until then.
   */
  append(payloads: readonly Uint8Array[]): Promise<AppendOutcome> {
    return this.#writer.append(payloads);
  }

  /**
   * The next batch to ship, oldest first, up to what is committed now. Its range is durable (the
   * intent) before this returns; until `acknowledge`, and across any crash, the same batch is
   * returned again.
   *
   * @param limits cut a new batch; one that was begun keeps its range
   * @param through nothing beyond this sequence begins a new batch
   * @param destination of a new batch; one that was begun keeps its own (see `redirect`)
   * @returns undefined when nothing waits
   * @throws what the disk says, or that the folder is not where it was; the same call may be repeated
   */
  async lease(
    limits: BatchLimits,
    through = Infinity,
    destination?: string,
  ): Promise<Batch | undefined> {
    const { cursorFile, segments, leases } = this.#parts;
    const { acknowledged, intent: begun } = cursorFile.cursor;
    const first = begun?.first ?? acknowledged + 1;
    let end = begun?.last ?? Math.min(through, segments.last);
    if (end < first) return undefined;
    await this.#mustBeHome();
    if (!begun) {
      // An intent that covers more than what is on the disk could not be repeated after power loss.
      try {
        await this.#writer.sync();
      } catch (error) {
        end = Math.min(end, segments.durable);
        if (end < first) throw error;
      }
    }
    const batch = await leases.find(first, end, begun ? NO_LIMITS : limits);
    const intent = begun ?? intentOf(batch, destination);
    if (!begun) await cursorFile.move({ intent });
    return { ...batch, ...intent };
  }

  /**
   * The leased batch goes elsewhere from now on, durably.
   *
   * @throws when the cursor cannot be written
   */
  async redirect(leased: Batch, destination: string): Promise<Batch> {
    this.#mustBeLeased(leased);
    const intent = intentOf(leased, destination);
    await this.#parts.cursorFile.move({ intent });
    return { ...leased, ...intent };
  }

  /**
   * The batch behind the leased one, so that it can be prepared meanwhile. It is protected, but not
   * leased: nothing of it may be shipped before `acknowledge` says so.
   *
   * @returns undefined when nothing more waits
   * @throws as `lease`
   */
  async lookAhead(
    leased: Batch,
    limits: BatchLimits,
    through = Infinity,
  ): Promise<Batch | undefined> {
    const { segments, leases } = this.#parts;
    this.#mustBeLeased(leased);
    const last = Math.min(through, segments.last);
    return last > leased.last ? await leases.findBehind(leased, last, limits) : undefined;
  }

  /** What `lookAhead` has found is not wanted now: a full ring may drop it. */
  forgetAhead(leased: Batch): void {
    this.#mustBeLeased(leased);
    this.#parts.leases.forgetBehind(leased);
  }

  /**
   * Says that a batch stands in the lake: the cursor moves, durably; then its segments go.
   *
   * @param next from `lookAhead`, leased from now on, if possible
   * @param destination that one's
   * @returns whether it is
   * @throws when the cursor cannot be written; the batch stays leased then. Not when a segment
   *   cannot be deleted: that is logged, and tried again after the next batch.
   */
  async acknowledge(batch: Batch, next?: Batch, destination?: string): Promise<boolean> {
    const { cursorFile, leases } = this.#parts;
    this.#mustBeLeased(batch);
    await this.#mustBeHome();
    const follows = next !== undefined && await this.#isDurable(next) ? next : undefined;
    const intent = follows && intentOf(follows, destination);
    await cursorFile.move({ acknowledged: batch.last, intent });
    leases.release(follows);
    this.#writer.removeAcknowledged();
    return follows !== undefined;
  }

  /**
   * Puts the leased batch out of the way of what comes behind it: into a file of its own, from which
   * it can be shipped again. All of them take a quarter of `buffer.maxsize` at most.
   *
   * @returns its path and its events; undefined when nothing of it can be read any more
   * @throws when it cannot be kept there; the batch stays leased then
   */
  async setAside(batch: Batch, reason: string): Promise<KeptAside | undefined> {
    this.#mustBeLeased(batch);
    // Looked for anew: damage behind it may have had its segment renamed since, or it is gone.
    const found = await this.lease(NO_LIMITS) ?? batch;
    const { events } = found;
    if (events === 0) {
      await this.acknowledge(found);
      return undefined;
    }
    const { logId } = this.#parts.cursorFile.cursor;
    const path = await this.#setAside.keep(found, logId, reason, this.#writer.maxSize / 4);
    await this.acknowledge(found);
    return { path, events };
  }

  /** The oldest batch that was set aside and is to be shipped again. Never rejects. */
  async nextDue(): Promise<DueBatch | undefined> {
    return await this.#setAside.nextDue();
  }

  /** A batch that was set aside is in the lake. @throws what the disk says */
  async dueShipped(batch: DueBatch): Promise<void> {
    await this.#setAside.remove(batch);
  }

  /** A batch that was set aside was refused again. @returns its path @throws what the disk says */
  async dueRefused(batch: DueBatch, reason: string): Promise<string> {
    return await this.#setAside.keepOn(batch, reason);
  }

  /** Refuses new appends, waits for those under way, and lets the folder go. */
  async close(): Promise<void> {
    const { lifecycle, home } = this.#parts;
    lifecycle.drain();
    await this.#writer.close();
    home.release();
    lifecycle.close();
  }

  #mustBeLeased({ first, last }: Batch): void {
    const { intent } = this.#parts.cursorFile.cursor;
    if (intent?.first === first && intent.last === last) return;
    throw new Error(
      `Batch ${first}-${last} is not the one that is leased ` +
        `(${intent ? `${intent.first}-${intent.last}` : "none"})`,
    );
  }

  /** An intent that covers more than what is on the disk could not be repeated after power loss. */
  async #isDurable({ last }: Batch): Promise<boolean> {
    try {
      await this.#writer.sync();
      return true;
    } catch {
      return this.#parts.segments.durable >= last; // the writer has said why
    }
  }

  async #mustBeHome(): Promise<void> {
    const { home } = this.#parts;
    // The writer mends what can be mended, and says what cannot.
    if (home.place !== "here") await this.#writer.append([]);
    home.mustBeHere();
  }
}

const intentOf = ({ first, last }: Batch, destination: string | undefined): Intent => ({
  first,
  last,
  ...(destination !== undefined && { destination }),
});

const NO_LIMITS: BatchLimits = { events: Infinity, bytes: Infinity };
