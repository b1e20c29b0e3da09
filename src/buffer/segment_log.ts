import type { Disk, DiskFile } from "../platform/disk.ts";
import { encodeRecord, RECORD_HEADER_BYTES } from "./record.ts";
import type { SealedSegment } from "./retention.ts";
import { encodeSegmentHeader, type LogId, SEGMENT_HEADER_BYTES, segmentName } from "./segment.ts";

/** What one commit stores: payloads and when they were received. */
export interface Append {
  readonly payloads: readonly Uint8Array[];
  readonly receivedMicroseconds: number;
}

interface Tail extends SealedSegment {
  readonly file: DiskFile;
}

/** A larger commit's memory is not kept for the next one. */
const SCRATCH_BYTES_KEPT = 1 << 20;

/** Bytes that storing these payloads takes. */
export const storedBytes = (payloads: readonly Uint8Array[]): number =>
  payloads.reduce((sum, payload) => sum + RECORD_HEADER_BYTES + payload.length, 0);

/**
 * The segment files: one tail that is appended to, and the sealed ones before it. Knows bytes and
 * files, no policy. Not reentrant: one `commit` at a time.
 */
export class SegmentLog {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #logId: LogId;
  readonly #segmentSize: number;
  #sealed: readonly SealedSegment[];
  #tail: Tail | undefined;
  #next: number;
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
    this.#sealed = sealed;
    this.#next = next;
  }

  /** Oldest first. Replaced, never changed, so a caller may keep what it got. */
  get sealed(): readonly SealedSegment[] {
    return this.#sealed;
  }

  /** All committed records: the sealed segments, then the tail as far as it is committed. */
  get segments(): readonly SealedSegment[] {
    const tail = this.#tail;
    return tail && tail.last >= tail.first ? [...this.#sealed, tail] : this.#sealed;
  }

  /** Bytes of all segment files, as far as they are committed. */
  get bytes(): number {
    return this.#sealed.reduce((sum, { bytes }) => sum + bytes, this.#tail?.bytes ?? 0);
  }

  /** The last committed sequence; 0 before the first. */
  get last(): number {
    return this.#next - 1;
  }

  /** How many bytes still go into the tail; at least one append always does. */
  get room(): number {
    const used = this.#tail && this.#tail.bytes < this.#segmentSize
      ? this.#tail.bytes
      : SEGMENT_HEADER_BYTES;
    return this.#segmentSize - used;
  }

  /** Starts a new tail unless there is one with room for `bytes`. Durable when it returns. */
  async prepare(bytes: number): Promise<void> {
    const tail = this.#tail;
    if (tail && (tail.last < tail.first || tail.bytes + bytes <= this.#segmentSize)) return;
    this.seal();
    const path = `${this.#directory}/${segmentName(this.#next)}`;
    // Left by an attempt that failed half-way; it cannot hold a committed record, since its first
    // sequence has not been given out.
    this.#disk.remove(path);
    const file = this.#disk.create(path);
    try {
      file.append(encodeSegmentHeader({ logId: this.#logId, first: this.#next }));
      await file.syncData();
      await this.#disk.syncDirectory(this.#directory);
    } catch (error) {
      file.close();
      throw error;
    }
    this.#tail = {
      file,
      path,
      first: this.#next,
      last: this.#next - 1,
      bytes: SEGMENT_HEADER_BYTES,
    };
  }

  /**
   * Stores `appends` with one write and one fdatasync. When it returns they are durable and visible
   * to readers; when it throws none of them is, and the next commit goes to a new file: a sync that
   * failed must not be repeated on the same file, since the kernel may have dropped the pages and
   * would report success.
   *
   * @throws what the disk says
   */
  async commit(appends: readonly Append[]): Promise<void> {
    const size = appends.reduce((sum, { payloads }) => sum + storedBytes(payloads), 0);
    await this.prepare(size);
    const tail = this.#tail!;
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
    let [offset, sequence] = [0, this.#next];
    for (const { payloads, receivedMicroseconds } of appends) {
      for (const payload of payloads) {
        const record = { sequence: sequence++, receivedMicroseconds, payload };
        offset = encodeRecord(this.#scratch, offset, record);
      }
    }
    try {
      tail.file.append(this.#scratch.subarray(0, offset));
      await tail.file.syncData();
    } catch (error) {
      this.#abandon(tail);
      throw error;
    }
    if (this.#scratch.length > SCRATCH_BYTES_KEPT) this.#scratch = new Uint8Array(1 << 16);
    this.#next = sequence;
    this.#tail = { ...tail, last: sequence - 1, bytes: tail.bytes + offset };
  }

  /** Deletes sealed segments. The caller has made sure that nobody wants them. */
  remove(segments: readonly SealedSegment[]): void {
    for (const segment of segments) {
      this.#disk.remove(segment.path);
      this.forget(segment);
    }
  }

  /**
   * Takes a segment off the list whose file is gone. A tail is ended: what would be appended to a
   * file without a name would be lost.
   */
  forget({ path }: SealedSegment): void {
    if (this.#tail?.path === path) this.seal();
    this.#sealed = this.#sealed.filter((kept) => kept.path !== path);
  }

  close(): void {
    this.#tail?.file.close();
    this.#tail = undefined;
  }

  /** Ends the tail; the next append begins a new one. */
  seal(): void {
    const tail = this.#tail;
    if (!tail) return;
    this.close();
    if (tail.last >= tail.first) this.#sealed = [...this.#sealed, withoutFile(tail)];
  }

  /** Takes what a failed commit may have left off the tail, as far as the disk lets us. */
  #abandon(tail: Tail): void {
    try {
      tail.file.truncate(tail.bytes);
    } catch {
      // The disk is failing already, and the caller reports that. What stays behind the committed
      // end is never read: readers stop at `bytes`, and after a restart at the next file's name.
    }
    this.seal();
  }
}

const withoutFile = ({ path, first, last, bytes }: Tail): SealedSegment => ({
  path,
  first,
  last,
  bytes,
});
