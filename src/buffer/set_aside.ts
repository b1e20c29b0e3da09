import { type Disk, isNotFound } from "../platform/disk.ts";
import type { Log } from "../telemetry/log.ts";
import type { Batch } from "./buffer_types.ts";
import { copyRecords, isGap } from "./copy_records.ts";
import { type Damage, describeDamage } from "./damage.ts";
import { scanBatch } from "./batch_scan.ts";
import type { LogId } from "./segment.ts";
import {
  corruptPath,
  keptPath,
  listSetAside,
  reasonPath,
  type SetAsideEntry,
  setAsideFolder,
  setAsideName,
} from "./set_aside_folder.ts";

/** A batch that was set aside and is to be tried again. */
export interface DueBatch extends Batch {
  readonly logId: LogId;
  readonly path: string;
  /** Whether damage has cost some of what was set aside. */
  readonly isDamaged: boolean;
}

/** What is set aside, in numbers. Events are at most so many: some may have been damaged before. */
export interface SetAsideStatus {
  readonly batches: number;
  readonly events: number;
  readonly bytes: number;
}

/**
 * The folder of batches that the lake refuses for good, so that they do not hold up what is behind
 * them: `set-aside/<log id>-<first>-<last>.seg`, a segment with the batch's records, and a `.txt`
 * that says why. `buffer retry` renames it to `.retry`; then it is shipped again, under the keys
 * that it had, so that what may stand in the lake of it is replaced and not repeated.
 */
export class SetAside {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #log: Log;
  #entries: readonly SetAsideEntry[] = [];
  /** What cannot be read, or not whole, and why, as it was said. */
  readonly #unreadable = new Map<string, string>();
  #listFailure: string | undefined;

  /** @param directory the buffer's */
  constructor(disk: Disk, directory: string, log: Log) {
    this.#disk = disk;
    this.#directory = directory;
    this.#log = log;
    this.#tidy();
    this.#list();
  }

  get status(): SetAsideStatus {
    const entries = this.#entries;
    return {
      batches: entries.length,
      events: entries.reduce((sum, { first, last }) => sum + last - first + 1, 0),
      bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /**
   * Copies a batch here, durably.
   *
   * @param most bytes that all of them may take; a single batch may take more
   * @returns its path
   * @throws what the disk says, or that there is too much here already; nothing has changed then
   */
  async keep(batch: Batch, logId: LogId, reason: string, most: number): Promise<string> {
    this.#list();
    const folder = setAsideFolder(this.#directory);
    const name = { logId, first: batch.first, last: batch.last };
    const path = `${folder}/${setAsideName(name)}`;
    const others = this.#entries.filter((entry) => keptPath(entry.path) !== path);
    const bytes = others.reduce((sum, { bytes }) => sum + bytes, 0);
    const size = batch.slices.reduce((sum, { start, end }) => sum + end - start, 0);
    if (bytes > 0 && bytes + size > most) {
      throw new Error(
        `${folder} has ${bytes} bytes, and ${most} are the most, a ` +
          `quarter of buffer.maxsize: see falco-lake buffer ls and buffer retry`,
      );
    }
    await this.#disk.makeDirectory(folder);
    const temporary = `${path}.tmp`;
    this.#disk.remove(temporary);
    const file = this.#disk.create(temporary);
    try {
      await copyRecords(this.#disk, batch.slices, name, file);
      await file.syncData();
    } catch (error) {
      this.#disk.remove(temporary);
      throw error;
    } finally {
      file.close();
    }
    this.#disk.rename(temporary, path);
    await this.#disk.syncDirectory(folder);
    this.#writeReason(path, reason);
    this.#list();
    return path;
  }

  /**
   * The oldest batch that is to be tried again; undefined when there is none. Never rejects: one that
   * cannot be read must not hold up the others.
   */
  async nextDue(): Promise<DueBatch | undefined> {
    this.#list();
    for (const entry of this.#entries) {
      if (!entry.isDue) continue;
      const { path } = entry;
      try {
        const due = await this.#read(entry);
        if (!due.isDamaged) this.#unreadable.delete(path);
        return due;
      } catch (error) {
        const { message } = error as Error;
        if (this.#unreadable.get(path) !== message) {
          this.#log.error(`Buffer - ${path} cannot be shipped: ${message}; it stays as it is`);
        }
        this.#unreadable.set(path, message);
      }
    }
    return undefined;
  }

  /** A batch that was tried again has failed again, for good: it waits for somebody once more. */
  async keepOn({ path }: DueBatch, reason: string): Promise<string> {
    await this.#change(path, () => this.#disk.rename(path, keptPath(path)));
    this.#writeReason(path, reason);
    return keptPath(path);
  }

  /** A batch that was tried again is in the lake; one that was damaged is kept as `.corrupt`. */
  async remove({ path, isDamaged }: DueBatch): Promise<void> {
    await this.#change(path, () => {
      if (isDamaged) this.#disk.rename(path, corruptPath(path));
      else this.#disk.remove(path);
      this.#disk.remove(reasonPath(path));
    });
  }

  /** Does something to a file here, durably. That somebody has removed it is said, and no obstacle. */
  async #change(path: string, change: () => void): Promise<void> {
    try {
      change();
      await this.#disk.syncDirectory(setAsideFolder(this.#directory));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#log.warn(`Buffer - somebody has removed ${path}`);
    }
    this.#list();
  }

  /** Removes what a crash has left of a copy. */
  #tidy(): void {
    const folder = setAsideFolder(this.#directory);
    try {
      for (const { name } of this.#disk.list(folder)) {
        if (name.endsWith(".tmp")) this.#disk.remove(`${folder}/${name}`);
      }
    } catch (error) {
      if (isNotFound(error)) return;
      this.#log.warn(`Buffer - cannot tidy up ${folder}: ${(error as Error).message}`);
    }
  }

  #list(): void {
    try {
      this.#entries = listSetAside(this.#disk, this.#directory);
      this.#listFailure = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#listFailure) {
        this.#log.error(`Buffer - cannot see what is set aside: ${message}`);
      }
      this.#listFailure = message;
    }
  }

  /** For people; the batch is kept without it, too. */
  #writeReason(path: string, reason: string): void {
    const to = reasonPath(path);
    try {
      this.#disk.remove(to);
      const file = this.#disk.create(to);
      try {
        file.append(new TextEncoder().encode(`${reason}\n`));
      } finally {
        file.close();
      }
    } catch (error) {
      this.#log.warn(`Buffer - cannot write ${to}: ${(error as Error).message}`);
    }
  }

  async #read({ path, logId, first, last, bytes }: SetAsideEntry): Promise<DueBatch> {
    const refuse = (what: string) => {
      throw new Error(what);
    };
    const damage: Damage[] = [];
    const { slices, events } = await scanBatch(
      {
        disk: this.#disk,
        logId,
        tolerant: false,
        claim: () => true,
        missing: () => refuse("somebody has removed it"),
        foreign: (_segment, other) => refuse(`it belongs to another log, ${other}`),
        damaged: (_segment, found) => {
          damage.push(...found);
          return path;
        },
      },
      [{ path, first, last, bytes, quarantined: false }],
      first,
      last,
      { events: Infinity, bytes: Infinity },
      undefined,
    );
    if (events === 0) refuse("it has no readable event");
    const real = damage.filter((one) => !isGap(this.#disk, path, one));
    return { path, logId, first, last, slices, events, isDamaged: this.#tell(path, real) };
  }
  /** @returns whether there is any damage */
  #tell(path: string, damage: readonly Damage[]): boolean {
    const text = damage.map(describeDamage).join("; ");
    if (text !== "" && this.#unreadable.get(path) !== text) {
      this.#log.error(
        `Buffer - ${path} is damaged at ${text}; the rest is shipped, and the file kept as ` +
          `${corruptPath(path)}`,
      );
    }
    if (text !== "") this.#unreadable.set(path, text);
    return text !== "";
  }
}
