import { isNoSpace, noSpace } from "../platform/disk.ts";
import { limitedWarn } from "../telemetry/limited_log.ts";
import type { BufferDependencies, BufferOptions } from "./buffer_types.ts";
import type { CursorFile } from "./cursor_file.ts";
import { type AppendOutcome, GroupCommit } from "./group_commit.ts";
import type { Home } from "./home.ts";
import type { Leases } from "./leases.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Losses } from "./losses.ts";
import type { Reserve } from "./reserve.ts";
import { planEviction } from "./retention.ts";
import { SEGMENT_HEADER_BYTES } from "./segment.ts";
import type { Append, SegmentLog } from "./segment_log.ts";

/** Milliseconds between two looks at a disk that failed. */
const PROBE_INTERVAL = 1000;

/** The parts of a buffer, which its two sides share: the one that stores, the one that ships. */
export interface BufferParts {
  readonly home: Home;
  readonly segments: SegmentLog;
  readonly reserve: Reserve;
  readonly cursorFile: CursorFile;
  readonly lifecycle: Lifecycle;
  readonly leases: Leases;
  readonly losses: Losses;
}

/**
 * The side of a buffer that stores: makes room, commits groups, syncs as `buffer.sync` says, and
 * gets along with disks that fail and people who meddle.
 */
export class Writer {
  #options: BufferOptions;
  readonly #dependencies: BufferDependencies;
  readonly #parts: BufferParts;
  readonly #commits: GroupCommit;
  readonly #warnOfNewFile: (message: string) => void;
  readonly #closing = new AbortController();
  /** Bytes of the smallest group that was refused since the disk failed. */
  #refused: number | undefined;
  /** Whether the folder is being made again that somebody has deleted. */
  #isRestoring = false;
  /** Why the last sync failed that was not a commit's. */
  #syncFailure: string | undefined;
  #probing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;

  constructor(options: BufferOptions, dependencies: BufferDependencies, parts: BufferParts) {
    const { log, clock } = dependencies;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#parts = parts;
    this.#warnOfNewFile = limitedWarn(log, clock, "segments given up");
    this.#commits = new GroupCommit(
      (appends, bytes) => this.#commit(appends, bytes),
      () => parts.segments.room,
    );
  }

  /** Begins a segment, so that a folder which cannot be written to is noticed at the start. */
  async prepare(): Promise<void> {
    try {
      await this.#parts.segments.prepare(0);
      this.#parts.reserve.keep();
      this.#parts.lifecycle.works();
    } catch (error) {
      // A full disk is no reason not to start: only shipping can empty it.
      if (!isNoSpace(error)) throw error;
      this.#fail(error);
    }
  }

  /** Bytes of all segments. */
  get maxSize(): number {
    return this.#options.maxSize;
  }

  /** Goes on with another bound or policy, from the next append on. */
  configure(bounds: Pick<BufferOptions, "maxSize" | "whenFull">): void {
    this.#options = { ...this.#options, ...bounds };
  }

  /** Stores payloads, all or none of them. */
  append(payloads: readonly Uint8Array[]): Promise<AppendOutcome> {
    const receivedMicroseconds = Math.floor(this.#dependencies.clock.now() * 1000);
    return this.#commits.append({ payloads, receivedMicroseconds });
  }

  /** Makes all that is stored durable. @throws when it cannot be */
  async sync(): Promise<void> {
    if (this.#parts.segments.unsynced > 0) await this.#commits.between(() => this.#syncAll());
  }

  /** Refuses new appends, waits for those under way, and syncs. */
  async close(): Promise<void> {
    const { segments } = this.#parts;
    this.#closing.abort();
    await this.#commits.close();
    try {
      await segments.sync();
    } catch (error) {
      this.#dependencies.log.error(`Buffer - the last sync failed: ${(error as Error).message}`);
    }
    segments.seal();
  }

  /** Deletes what is in the lake; what cannot be deleted is tried again with the next batch. */
  removeAcknowledged(): void {
    const { segments, reserve, cursorFile } = this.#parts;
    const { acknowledged } = cursorFile.cursor;
    try {
      for (const segment of segments.sealed) {
        if (segment.last <= acknowledged && !segment.quarantined) segments.remove(segment);
      }
      reserve.keep();
    } catch (error) {
      this.#dependencies.log.warn(
        `Buffer - ${this.#options.directory}: cannot tidy up what is in the lake ` +
          `(${(error as Error).message}); tried again after the next batch`,
      );
    }
  }

  /**
   * Makes sure that the folder is where it was: makes it again where somebody has deleted it.
   *
   * @throws when it is not, or when another agent has used the time in which nobody had its lock
   */
  async #ensureHome(): Promise<void> {
    const { home, reserve, segments, cursorFile, losses } = this.#parts;
    if (home.place === "deleted") {
      await home.retake();
      this.#isRestoring = true;
    }
    home.mustBeHere();
    if (!this.#isRestoring) return;
    const { disk, log } = this.#dependencies;
    const { directory } = this.#options;
    reserve.lost();
    const paths = new Set(disk.list(directory).map(({ name }) => `${directory}/${name}`));
    for (const segment of segments.segments.filter(({ path }) => !paths.has(path))) {
      losses.missing(segment, cursorFile.cursor.acknowledged);
      segments.forget(segment);
    }
    await cursorFile.move({});
    this.#isRestoring = false;
    log.error(`Buffer - somebody had deleted ${directory} or its lock; it is there again`);
  }

  async #commit(appends: readonly Append[], bytes: number): Promise<AppendOutcome> {
    const { maxSize, whenFull, sync } = this.#options;
    const { clock, onCommit } = this.#dependencies;
    const { segments, reserve, lifecycle } = this.#parts;
    const begun = clock.monotonic();
    try {
      // Each time, for 2 µs: another agent may be at work behind a lock that somebody has deleted.
      await this.#ensureHome();
      if (!await this.#makeRoom(bytes)) {
        const why = whenFull === "reject"
          ? "buffer.whenfull is reject"
          : "all of it is being shipped";
        return lifecycle.full(segments.bytes, maxSize, why);
      }
      // What the reserve gave up is for the cursor: events must not take it.
      if (!reserve.keep()) throw noSpace();
      // That nothing fits on a full disk says little, too.
      if (bytes === 0 && lifecycle.state.kind === "failed") await reserve.probe(this.#refused ?? 0);
      await this.#store(appends, sync === "always");
      if (typeof sync === "number") this.#syncing ??= this.#syncAfter(sync);
      const events = appends.reduce((sum, { payloads }) => sum + payloads.length, 0);
      lifecycle.works();
      this.#refused = undefined;
      if (events > 0) onCommit?.({ events, milliseconds: clock.monotonic() - begun });
      return { kind: "stored" };
    } catch (error) {
      if (bytes > 0) this.#refused = Math.min(this.#refused ?? bytes, bytes);
      return this.#fail(error);
    }
  }

  /** Falco does not repeat what was refused, so a file that fails gets a second chance: another. */
  async #store(appends: readonly Append[], durable: boolean): Promise<void> {
    const { segments } = this.#parts;
    try {
      await segments.commit(appends, durable);
    } catch (error) {
      if (isNoSpace(error)) throw error; // another file would have no more room
      this.#warnOfNewFile(`Buffer - ${(error as Error).message}; going on in a new segment`);
      await this.#ensureHome();
      await segments.commit(appends, durable);
    }
  }

  async #syncAll(): Promise<void> {
    const { segments } = this.#parts;
    try {
      await segments.sync();
      this.#syncFailure = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#syncFailure) {
        this.#dependencies.log.error(
          `Buffer - a sync failed: ${message}; ${segments.unsynced} events that were answered ` +
            `wait for the next try, and would be lost if the machine failed`,
        );
      }
      this.#syncFailure = message;
      throw error;
    }
  }

  #fail(error: unknown): AppendOutcome {
    const outcome = this.#parts.lifecycle.failed(error);
    this.#probing ??= this.#probe();
    return outcome;
  }

  /** Finds out that the disk works again when nobody sends anything. */
  async #probe(): Promise<void> {
    while (this.#parts.lifecycle.state.kind === "failed") {
      await this.#dependencies.clock.sleep(PROBE_INTERVAL, this.#closing.signal);
      if (!this.#closing.signal.aborted) await this.append([]);
    }
    this.#probing = undefined;
  }

  async #syncAfter(milliseconds: number): Promise<void> {
    await this.#dependencies.clock.sleep(milliseconds, this.#closing.signal);
    this.#syncing = undefined;
    if (this.#closing.signal.aborted) return; // closing syncs by itself
    try {
      await this.sync();
    } catch {
      // It has been logged. What waits for it is synced with the next batch, or after this.
      if (this.#parts.segments.unsynced > 0) this.#syncing ??= this.#syncAfter(milliseconds);
    }
  }

  /** Drops the oldest segments if the policy allows and the append needs it. */
  async #makeRoom(bytes: number): Promise<boolean> {
    const { maxSize, whenFull } = this.#options;
    const { segments, cursorFile, leases, losses } = this.#parts;
    const mayDrop = whenFull === "dropoldest";
    const incoming = () => segments.fits(bytes) ? bytes : bytes + SEGMENT_HEADER_BYTES;
    if (segments.bytes + incoming() > maxSize) {
      // The tail may be what fills the ring; only as a sealed segment can it go, if it may.
      if (mayDrop || segments.last <= cursorFile.cursor.acknowledged) segments.seal();
      this.removeAcknowledged();
    }
    const plan = () => {
      const view = { acknowledged: cursorFile.cursor.acknowledged, lease: leases.protected };
      return planEviction(segments.sealed, view, segments.bytes, incoming(), maxSize, mayDrop);
    };
    // The newest segment's name says which sequences were given: before it goes, another must be
    // there. What may go is asked again then, since a lease may have come in between.
    const newest = segments.sealed.at(-1);
    if (newest && plan().evict.includes(newest)) await segments.prepare(bytes);
    const { evict, fits } = plan();
    for (const segment of evict) {
      segments.remove(segment);
      losses.evicted(segment, cursorFile.cursor.acknowledged, maxSize);
    }
    return fits;
  }
}
