import type { Disk, DiskFile } from "../platform/disk.ts";
import type { SealedSegment } from "./segment_state.ts";
import { tolerantSource } from "./tolerant_source.ts";

interface Unsynced {
  /** Of the segment. */
  readonly first: number;
  readonly file: DiskFile;
  readonly records: number;
  /** A sync of it has failed: another would prove nothing, so its bytes must be written anew. */
  readonly isDoubtful: boolean;
  /** Whether that has failed as well. */
  readonly isHard: boolean;
}

const COPY_BYTES = 1 << 20;

/** Segments that were sealed before all of them was known to be on the disk itself. */
export class UnsyncedSegments {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #find: (first: number) => SealedSegment | undefined;
  #list: readonly Unsynced[] = [];

  /** @param find a sealed segment, by its first sequence; undefined when it is gone */
  constructor(disk: Disk, directory: string, find: (first: number) => SealedSegment | undefined) {
    this.#disk = disk;
    this.#directory = directory;
    this.#find = find;
  }

  /** How many records wait for a sync. */
  get records(): number {
    return this.#list.reduce((sum, { records }) => sum + records, 0);
  }

  /** The first sequence of the oldest; Infinity when there is none. */
  get first(): number {
    return Math.min(Infinity, ...this.#list.map(({ first }) => first));
  }

  /** @param file is closed when it is synced, or its segment gone */
  add(first: number, file: DiskFile, records: number): void {
    this.#list = [...this.#list, { first, file, records, isDoubtful: false, isHard: false }];
  }

  /** To be called when a sync of a file has failed. */
  doubt(file: DiskFile): void {
    this.#change(file, { isDoubtful: true });
  }

  /** To be called when a segment is gone. */
  forget(first: number): void {
    for (const one of this.#list) if (one.first === first) this.#drop(one);
  }

  /**
   * Makes them durable. Needs no space, unless a sync has failed before: what was to be synced is
   * written to another file then, from the kernel's memory, which still has it.
   *
   * @param all also those that were written anew in vain, which is too much work for every append
   * @throws what the disk says
   */
  async sync(all: boolean): Promise<void> {
    for (const one of this.#list) {
      if (one.isHard && !all) continue;
      try {
        if (one.isDoubtful) await this.#rewrite(one);
        else await one.file.syncData();
      } catch (error) {
        this.#change(one.file, { isDoubtful: true, isHard: one.isDoubtful });
        throw error;
      }
      this.#drop(one);
    }
  }

  async #rewrite({ first, file }: Unsynced): Promise<void> {
    const segment = this.#find(first);
    if (!segment) return;
    const temporary = `${this.#directory}/rewritten.tmp`;
    this.#disk.remove(temporary);
    const copy = this.#disk.create(temporary);
    try {
      copyBytes(file, copy, segment.bytes);
      await copy.syncData();
    } catch (error) {
      this.#disk.remove(temporary);
      throw error;
    } finally {
      copy.close();
    }
    // Its name may have changed while this waited for the disk.
    const now = this.#find(first);
    if (!now) return this.#disk.remove(temporary);
    this.#disk.rename(temporary, now.path);
    await this.#disk.syncDirectory(this.#directory);
  }

  #change(file: DiskFile, change: Partial<Unsynced>): void {
    this.#list = this.#list.map((one) => one.file === file ? { ...one, ...change } : one);
  }

  #drop(unsynced: Unsynced): void {
    unsynced.file.close();
    this.#list = this.#list.filter(({ file }) => file !== unsynced.file);
  }
}

/** As many as there are: whoever reads a segment that somebody has cut off finds that out. */
function copyBytes(from: DiskFile, to: DiskFile, bytes: number): void {
  // A block that cannot be read any more is damage for whoever leases it, and holds up no other.
  const source = tolerantSource(from, () => {});
  const chunk = new Uint8Array(COPY_BYTES);
  for (let at = 0; at < bytes;) {
    const read = source.readAt(at, chunk.subarray(0, Math.min(chunk.length, bytes - at)));
    if (read === 0) return;
    to.append(chunk.subarray(0, read));
    at += read;
  }
}
