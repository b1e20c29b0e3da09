import { type Disk, isNoSpace } from "../platform/disk.ts";

/** 64 KiB; of ones, since zeros could be a hole, which holds no space. */
const SPACE = new Uint8Array(64 * 1024).fill(1);

/** More is not written for a look. */
const PROBE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * A file that holds nothing but space, given up when the disk is full: without room for a new
 * cursor no batch could be acknowledged, so no segment be deleted, and a full disk would stay full.
 */
export class Reserve {
  readonly #disk: Disk;
  readonly #path: string;
  #kept = false;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#path = `${directory}/reserve`;
  }

  /**
   * Makes the reserve unless it is there.
   *
   * @returns false while the disk is full
   */
  keep(): boolean {
    if (this.#kept) return true;
    try {
      this.#disk.remove(this.#path);
      const file = this.#disk.create(this.#path);
      try {
        file.append(SPACE);
      } finally {
        file.close();
      }
      this.#kept = true;
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      this.#disk.remove(this.#path);
    }
    return this.#kept;
  }

  /**
   * Finds out whether a disk that was full has room again besides the reserve: for as many bytes as
   * the reserve has or, if that is more, for what was refused.
   *
   * @throws what the disk says
   */
  async probe(refused: number): Promise<void> {
    const path = `${this.#path}.tmp`;
    this.#disk.remove(path);
    const file = this.#disk.create(path);
    try {
      const wanted = Math.min(Math.max(refused, SPACE.length), PROBE_BYTES_MAX);
      for (let written = 0; written < wanted; written += SPACE.length) file.append(SPACE);
      await file.syncData();
    } finally {
      file.close();
      this.#disk.remove(path);
    }
  }

  /** To be called when somebody has deleted the folder: `keep` makes the reserve again. */
  lost(): void {
    this.#kept = false;
  }

  /** Does something that needs a little space, with the reserve's if there is no other. */
  async lend(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      this.#disk.remove(this.#path);
      this.#kept = false;
      await act();
    }
  }
}
