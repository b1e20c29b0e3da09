import { isNoSpace } from "../platform/disk.ts";
import { type BatchLimits, scanBatch, type ScanHint } from "./batch_scan.ts";
import type { Batch, BufferDependencies, BufferOptions, BufferStatus } from "./buffer_types.ts";
import { commitCursor, type Cursor, type Intent } from "./cursor.ts";
import { lockDirectory } from "./directory_lock.ts";
import { type AppendOutcome, GroupCommit } from "./group_commit.ts";
import { recover } from "./recovery.ts";
import { Reserve } from "./reserve.ts";
import { planEviction, type SealedSegment, unacknowledged } from "./retention.ts";
import { type Append, SegmentLog } from "./segment_log.ts";
import { WriteHealth } from "./write_health.ts";

/*
 * A ring of segment files that keeps every acknowledged event until it stands in the lake.
 *
 * Limits: one process per folder (`lock`). A record never spans segments. Sequences start at 1 and
 * are never given twice. Only the newest segment can be torn. Memory: what waits for the disk
 * (64 MiB at most) and one commit; nothing grows with the backlog but a list of its segments.
 *
 * On disk, all integers little-endian, CRC-32 as in zlib:
 *
 *   lock                     "pid N", locked while an agent runs
 *   reserve                  64 KiB of nothing, given up when a full disk has no room for the cursor
 *   cursor-lake              60 bytes: "FALCOCUR", version u32, 0 u32, log id 16 bytes,
 *                            acknowledged u64, intent first u64 (0: none), intent last u64,
 *                            CRC u32 over all before it
 *   00000000000000000001.seg named by the sequence of its first record
 *     header                 44 bytes: "FALCOSEG", version u32, 0 u32, log id 16 bytes,
 *                            first sequence u64, CRC u32 over all before it
 *     record …               length u32 of the payload, CRC u32 over all behind it,
 *                            sequence u64, received time u64 (µs since 1970), payload
 *
 * What each crash leaves: before a sync, a torn tail whose client was not answered: cut off. After
 * it, a stored event that the client may send again. Between two objects of a batch, or before the
 * cursor's commit: the intent repeats exactly the same range under exactly the same keys. After
 * the cursor's commit: segments that the next start deletes.
 */

export type { Batch, BufferDependencies, BufferOptions, BufferStatus };

export class Buffer {
  readonly #options: BufferOptions;
  readonly #dependencies: BufferDependencies;
  readonly #segments: SegmentLog;
  readonly #reserve: Reserve;
  readonly #commits: GroupCommit;
  readonly #health: WriteHealth;
  readonly #releaseLock: () => void;
  #cursor: Cursor;
  /** What may not be dropped: the intent's range, or the segments a scan for the next one reads. */
  #lease: Intent | undefined;
  #hint: ScanHint | undefined;
  #droppedEvents = 0;
  #droppedBytes = 0;

  /**
   * Opens a buffer, creating its folder if needed, and puts it in order after a crash.
   *
   * @throws when another process holds the folder, when it is not writable, or when it holds
   *   segments of an unknown version
   */
  static async open(options: BufferOptions, dependencies: BufferDependencies): Promise<Buffer> {
    const { disk, random, log } = dependencies;
    const { directory } = options;
    let release = () => {};
    try {
      release = await lockDirectory(disk, directory, options.owner);
      const { cursor, isNew, sealed, next } = await recover(disk, directory, random, log);
      const reserve = new Reserve(disk, directory);
      // The log id must outlive the segments, or a lost cursor could reuse old objects' keys.
      if (isNew) await reserve.lend(() => commitCursor(disk, directory, cursor));
      const { segmentSize } = options;
      const segments = new SegmentLog(disk, directory, cursor.logId, segmentSize, sealed, next);
      const buffer = new Buffer(options, dependencies, segments, reserve, cursor, release);
      await buffer.#prepare();
      return buffer;
    } catch (error) {
      release();
      const message = `Cannot use buffer.directory ${directory}: ${(error as Error).message}`;
      throw new Error(message, { cause: error });
    }
  }

  /** Begins a segment, so that a folder which cannot be written to is noticed at the start. */
  async #prepare(): Promise<void> {
    try {
      await this.#segments.prepare(0);
      this.#reserve.keep();
    } catch (error) {
      // A full disk is no reason not to start: only shipping can empty it.
      if (!isNoSpace(error)) throw error;
      this.#health.failed(error);
    }
  }

  private constructor(
    options: BufferOptions,
    dependencies: BufferDependencies,
    segments: SegmentLog,
    reserve: Reserve,
    cursor: Cursor,
    releaseLock: () => void,
  ) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#segments = segments;
    this.#reserve = reserve;
    this.#cursor = cursor;
    this.#lease = cursor.intent;
    this.#releaseLock = releaseLock;
    this.#health = new WriteHealth(options.directory, dependencies.log);
    this.#commits = new GroupCommit(
      (appends, bytes) => this.#commit(appends, bytes),
      () => this.#segments.room,
    );
  }

  get status(): BufferStatus {
    const { acknowledged, logId } = this.#cursor;
    return {
      logId,
      acknowledged,
      begun: this.#cursor.intent !== undefined,
      events: this.#segments.segments.reduce(
        (sum, segment) => sum + unacknowledged(segment, acknowledged),
        0,
      ),
      bytes: this.#segments.bytes,
      last: this.#segments.last,
      droppedEvents: this.#droppedEvents,
      droppedBytes: this.#droppedBytes,
      failure: this.#health.failure,
    };
  }

  /**
   * Stores payloads, all or none of them. When the outcome is `stored` they survive anything but
   * the loss of the disk. The payloads must not change until then.
   */
  append(payloads: readonly Uint8Array[]): Promise<AppendOutcome> {
    const receivedMicroseconds = Math.floor(this.#dependencies.clock.now() * 1000);
    return this.#commits.append({ payloads, receivedMicroseconds });
  }

  /**
   * The next batch to ship, oldest first, up to what is committed now. Its range is durable (the
   * intent) before this returns; until `acknowledge`, and across any crash, the same batch is
   * returned again.
   *
   * @param limits cut a new batch; one that was begun keeps its range
   * @param through nothing beyond this sequence begins a new batch
   * @returns undefined when nothing waits
   */
  async lease(limits: BatchLimits, through = Infinity): Promise<Batch | undefined> {
    const begun = this.#cursor.intent;
    const first = begun?.first ?? this.#cursor.acknowledged + 1;
    const end = begun?.last ?? Math.min(through, this.#segments.last);
    if (end < first) return undefined;
    const { disk } = this.#dependencies;
    const contents = await scanBatch(
      disk,
      this.#segments.segments,
      first,
      end,
      begun ? { events: Infinity, bytes: Infinity } : limits,
      this.#hint,
      (segment) => {
        this.#lease = { first, last: Math.max(this.#lease?.last ?? 0, segment.last) };
        return this.#segments.segments.some(({ path }) => path === segment.path);
      },
      (segment) => this.#lost(segment),
    );
    const intent = { first, last: contents.last };
    if (!begun) await this.#moveCursor({ ...this.#cursor, intent });
    this.#lease = intent;
    this.#hint = contents.hint;
    return { ...intent, slices: contents.slices, events: contents.events };
  }

  /**
   * Says that a batch stands in the lake: the cursor moves, durably; then its segments go.
   *
   * @throws when the cursor cannot be written; the batch stays leased then. Not when a segment
   *   cannot be deleted: that is logged, and tried again after the next batch.
   */
  async acknowledge(batch: Batch): Promise<void> {
    const { intent } = this.#cursor;
    if (intent?.first !== batch.first || intent.last !== batch.last) {
      throw new Error(
        `Batch ${batch.first}-${batch.last} is not the one that is leased ` +
          `(${intent ? `${intent.first}-${intent.last}` : "none"})`,
      );
    }
    await this.#moveCursor({ ...this.#cursor, acknowledged: batch.last, intent: undefined });
    this.#lease = undefined;
    this.#removeAcknowledged();
  }

  /** Refuses new appends, waits for those under way, and lets the folder go. */
  async close(): Promise<void> {
    await this.#commits.close();
    this.#segments.close();
    this.#releaseLock();
  }

  /** Someone else has deleted a segment: what it held is gone, and must not hold up the rest. */
  #lost(segment: SealedSegment): void {
    const events = unacknowledged(segment, this.#cursor.acknowledged);
    this.#dependencies.log.error(
      `Buffer - ${segment.path} is missing, with ${events} events, sequences ${segment.first} to ` +
        `${segment.last}; nothing but falco-lake may delete files in buffer.directory`,
    );
    this.#segments.forget(segment);
    this.#droppedEvents += events;
    this.#droppedBytes += segment.bytes;
  }

  #removeAcknowledged(): void {
    const { acknowledged } = this.#cursor;
    try {
      this.#segments.remove(this.#segments.sealed.filter(({ last }) => last <= acknowledged));
      this.#reserve.keep();
    } catch (error) {
      this.#dependencies.log.warn(
        `Buffer - ${this.#options.directory}: cannot tidy up what is in the lake ` +
          `(${(error as Error).message}); tried again after the next batch`,
      );
    }
  }

  async #moveCursor(cursor: Cursor): Promise<void> {
    const { disk } = this.#dependencies;
    const { directory } = this.#options;
    await this.#reserve.lend(() => commitCursor(disk, directory, cursor));
    this.#cursor = cursor;
  }

  async #commit(appends: readonly Append[], bytes: number): Promise<AppendOutcome> {
    const { maxSize, whenFull } = this.#options;
    try {
      if (!this.#makeRoom(bytes)) {
        const why = whenFull === "reject"
          ? "buffer.whenfull is reject"
          : "all of it is being shipped";
        return this.#health.full(this.#segments.bytes, maxSize, why);
      }
      if (!this.#reserve.keep()) {
        // What the reserve gave up is for the cursor: events must not take it.
        throw new Error("No space left on device (os error 28)");
      }
      await this.#segments.commit(appends);
      return this.#health.stored();
    } catch (error) {
      return this.#health.failed(error);
    }
  }

  /** Drops the oldest segments if the policy allows and the append needs it. */
  #makeRoom(bytes: number): boolean {
    const { maxSize, whenFull } = this.#options;
    if (this.#segments.bytes + bytes > maxSize) {
      // The tail may be what fills the ring; only as a sealed segment can it go.
      this.#segments.seal();
      this.#removeAcknowledged();
    }
    const { sealed, bytes: total } = this.#segments;
    const plan = planEviction(sealed, this.#lease, total, bytes, maxSize);
    if (!plan.fits || (plan.evict.length > 0 && whenFull === "reject")) return false;
    for (const segment of plan.evict) {
      const events = unacknowledged(segment, this.#cursor.acknowledged);
      this.#segments.remove([segment]);
      this.#droppedEvents += events;
      this.#droppedBytes += segment.bytes;
      this.#dependencies.log.error(
        `Buffer - full (${maxSize} bytes): dropped the oldest ${events} events, sequences ` +
          `${segment.first} to ${segment.last}; raise buffer.maxsize or mend the upload`,
      );
    }
    return true;
  }
}
