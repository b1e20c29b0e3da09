import type { Disk, DiskFile } from "../platform/disk.ts";
import { encodeRecord, RECORD_HEADER_BYTES } from "./record.ts";
import { encodeSegmentHeader, type LogId, SEGMENT_HEADER_BYTES, segmentName } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";
import { UnsyncedSegments } from "./unsynced_segments.ts";

/** What one commit stores: payloads and when they were received. */
export interface Append {
  readonly payloads: readonly Uint8Array[];
  readonly receivedMicroseconds: number;
}

interface Tail extends SealedSegment {
  readonly file: DiskFile;
  /** The last record that is known to be on the disk itself. */
  readonly synced: number;
}

/** Replaced as a whole, never changed: whoever holds one sees one moment. */
interface LogState {
  readonly sealed: readonly SealedSegment[];
  readonly sealedBytes: number;
  readonly tail: Tail | undefined;
  /** The sequence of the next record. */
  readonly next: number;
}

/** A larger commit's memory is not kept for the next one. */
const SCRATCH_BYTES_KEPT = 1 << 20;

/** Bytes that storing these payloads takes. */
export const storedBytes = (payloads: readonly Uint8Array[]): number =>
  payloads.reduce((sum, payload) => sum + RECORD_HEADER_BYTES + payload.length, 0);

/**
 * The segment files: one tail that is appended to, and the sealed ones before it. Knows bytes and
 * files, no policy. Not reentrant: one `commit`, `sync` or `prepare` at a time.
 */
export class SegmentLog {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #logId: LogId;
  readonly #segmentSize: number;
  readonly #unsynced: UnsyncedSegments;
  #state: LogState;
  #scratch = new Uint8Array(1 << 16);

  constructor(
    disk: Disk,
    directory: string,
    logId: LogId,
    segmentSize: number,
    sealed: readonly SealedSegment[],
    next: number,
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#logId = logId;
    this.#segmentSize = segmentSize;
    this.#state = { sealed, sealedBytes: bytesOf(sealed), tail: undefined, next };
    this.#unsynced = new UnsyncedSegments(
      disk,
      directory,
      (first) => this.#state.sealed.find((segment) => segment.first === first),
    );
  }

  /** Oldest first. */
  get sealed(): readonly SealedSegment[] {
    return this.#state.sealed;
  }

  /** All committed records: the sealed segments, then the tail as far as it is committed. */
  get segments(): readonly SealedSegment[] {
    const { sealed, tail } = this.#state;
    return tail && tail.last >= tail.first ? [...sealed, tail] : sealed;
  }

  /** Bytes of all segment files, as far as they are committed. */
  get bytes(): number {
    return this.#state.sealedBytes + (this.#state.tail?.bytes ?? 0);
  }

  /** The last committed sequence; 0 before the first. */
  get last(): number {
    return this.#state.next - 1;
  }

  /** Records that are committed but not known to be on the disk itself: none with every sync. */
  get unsynced(): number {
    const { tail } = this.#state;
    return this.#unsynced.records + (tail ? tail.last - tail.synced : 0);
  }

  /** All up to this sequence is on the disk itself; Infinity when all that is committed is. */
  get durable(): number {
    const { tail } = this.#state;
    const unsynced = tail && tail.last > tail.synced ? tail.synced + 1 : Infinity;
    return Math.min(this.#unsynced.first, unsynced) - 1;
  }

  /** How many bytes still go into the tail; at least one append always does. */
  get room(): number {
    const { tail } = this.#state;
    const used = tail && tail.bytes < this.#segmentSize ? tail.bytes : SEGMENT_HEADER_BYTES;
    return this.#segmentSize - used;
  }

  /** Whether there is a tail with room for `bytes`. */
  fits(bytes: number): boolean {
    const { tail } = this.#state;
    return tail !== undefined &&
      (tail.last < tail.first || tail.bytes + bytes <= this.#segmentSize);
  }

  /** Starts a new tail unless there is one with room for `bytes`. Durable when it returns. */
  async prepare(bytes: number): Promise<void> {
    if (this.fits(bytes)) return;
    const { next } = this.#state;
    this.seal();
    // Synced before the next one takes a record, so that only the newest can ever be torn. What
    // cannot be synced is no reason not to store what comes: a lease tries again, and says why not.
    await this.#unsynced.sync(false).catch(() => {});
    const path = `${this.#directory}/${segmentName(next)}`;
    // Left by an attempt that failed half-way; it cannot hold a committed record, since its first
    // sequence has not been given out.
    this.#disk.remove(path);
    const file = this.#disk.create(path);
    try {
      file.append(encodeSegmentHeader({ logId: this.#logId, first: next }));
      await file.syncData();
      await this.#disk.syncDirectory(this.#directory);
    } catch (error) {
      file.close();
      throw error;
    }
    const none = { last: next - 1, synced: next - 1, bytes: SEGMENT_HEADER_BYTES };
    this.#become({ tail: { file, path, first: next, quarantined: false, ...none } });
  }

  /**
   * Stores `appends` with one write and, if `durable`, one fdatasync, which covers all that was
   * stored before as well. When it returns they are visible to readers; when it throws none of them
   * is, and the next commit goes to a new file: a sync that failed must not be repeated on the same
   * file, since the kernel may have dropped the pages and would report success.
   *
   * @throws what the disk says, or that somebody else has meddled with the file
   */
  async commit(appends: readonly Append[], durable: boolean): Promise<void> {
    const size = appends.reduce((sum, { payloads }) => sum + storedBytes(payloads), 0);
    // No turn for others between the two: a tail that fits must not be ended before it is taken.
    if (!this.fits(size)) await this.prepare(size);
    const tail = this.#state.tail!;
    const [bytes, next] = this.#encode(appends, size);
    const end = tail.bytes + bytes.length;
    let syncing: Promise<void> | undefined;
    let isSynced = false;
    try {
      if (bytes.length > 0) tail.file.append(bytes);
      if (durable) syncing = tail.file.syncData().then(() => void (isSynced = true));
      let meddled: string | undefined;
      try {
        // While the disk is busy: this costs no latency.
        meddled = meddling(tail, end);
      } finally {
        await syncing;
      }
      if (meddled) throw new Error(meddled);
      // A lease that found damage in it, or that it is gone, has ended it meanwhile.
      if (this.#state.tail !== tail) {
        throw new Error(`${tail.path} was sealed while it was written`);
      }
    } catch (error) {
      this.#abandon(tail, syncing !== undefined && !isSynced);
      throw error;
    }
    if (this.#scratch.length > SCRATCH_BYTES_KEPT) this.#scratch = new Uint8Array(1 << 16);
    const synced = durable ? next - 1 : tail.synced;
    this.#become({ tail: { ...tail, last: next - 1, synced, bytes: end }, next });
  }

  /**
   * Makes all that is committed durable.
   *
   * @throws as `commit`
   */
  async sync(): Promise<void> {
    await this.#unsynced.sync(true);
    const { tail } = this.#state;
    if (!tail || tail.last === tail.synced) return;
    try {
      await tail.file.syncData();
    } catch (error) {
      this.#abandon(tail, true);
      throw error;
    }
    // Otherwise it was sealed meanwhile, and is synced once more as such.
    if (this.#state.tail === tail) this.#become({ tail: { ...tail, synced: tail.last } });
  }

  /** Deletes a sealed segment. The caller has made sure that nobody wants it. */
  remove(segment: SealedSegment): void {
    this.#disk.remove(segment.path);
    this.forget(segment);
  }

  /**
   * Takes a segment off the list whose file is gone. A tail is ended: what would be appended to a
   * file without a name would be lost.
   */
  forget({ path, first }: SealedSegment): void {
    if (this.#state.tail?.path === path) this.seal();
    this.#seals(this.#state.sealed.filter((kept) => kept.path !== path));
    this.#unsynced.forget(first);
  }

  /**
   * Renames a segment so that it outlives its delivery. Durable after the folder's next sync.
   *
   * @returns its new path
   */
  quarantine({ path, first }: SealedSegment): string {
    if (this.#state.tail?.path === path) this.seal();
    const renamed = `${this.#directory}/${segmentName(first, true)}`;
    this.#disk.rename(path, renamed);
    this.#seals(
      this.#state.sealed.map((kept) =>
        kept.path === path ? { ...kept, path: renamed, quarantined: true } : kept
      ),
    );
    return renamed;
  }

  /** Ends the tail; the next append begins a new one. */
  seal(): void {
    const { tail, sealed } = this.#state;
    if (!tail) return;
    const { file, first } = tail;
    const records = tail.last - tail.synced;
    if (records === 0) file.close();
    else this.#unsynced.add(first, file, records);
    this.#become({ tail: undefined });
    if (tail.last >= tail.first) this.#seals([...sealed, withoutFile(tail)]);
  }

  #encode(appends: readonly Append[], size: number): [Uint8Array, next: number] {
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
    let [offset, sequence] = [0, this.#state.next];
    for (const { payloads, receivedMicroseconds } of appends) {
      for (const payload of payloads) {
        const record = { sequence: sequence++, receivedMicroseconds, payload };
        offset = encodeRecord(this.#scratch, offset, record);
      }
    }
    return [this.#scratch.subarray(0, offset), sequence];
  }

  /**
   * Takes what a failed commit may have left off the tail, as far as the disk lets us, and ends it.
   *
   * @param syncFailed whether that is why
   */
  #abandon(tail: Tail, syncFailed: boolean): void {
    const isSealed = this.#state.tail !== tail; // by a lease, meanwhile
    try {
      if (!isSealed && tail.file.look().size > tail.bytes) tail.file.truncate(tail.bytes);
    } catch {
      // The disk is failing already, and the caller reports that. What stays behind the committed
      // end is never read: readers stop at `bytes`, and after a restart at the next file's name.
    }
    if (!isSealed) {
      // The end of what was synced before shares its block with what was not: all is in doubt.
      if (syncFailed) this.#become({ tail: { ...tail, synced: tail.first - 1 } });
      this.seal();
    }
    if (syncFailed) this.#unsynced.doubt(tail.file);
  }

  #seals(sealed: readonly SealedSegment[]): void {
    this.#become({ sealed, sealedBytes: bytesOf(sealed) });
  }

  #become(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change };
  }
}

/** @returns what somebody else has done to the tail, if anything */
function meddling({ file, path }: Tail, expectedSize: number): string | undefined {
  const { place, size } = file.look();
  if (place !== "here") {
    return `${path} was ${place === "deleted" ? "deleted" : "moved or replaced"} by somebody else`;
  }
  if (size === expectedSize) return undefined;
  return `${path} was changed by somebody else: it has ${size} bytes instead of ${expectedSize}`;
}

const bytesOf = (segments: readonly SealedSegment[]): number =>
  segments.reduce((sum, { bytes }) => sum + bytes, 0);

const withoutFile = ({ path, first, last, bytes, quarantined }: Tail): SealedSegment => ({
  path,
  first,
  last,
  bytes,
  quarantined,
});
