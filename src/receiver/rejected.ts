import { dirname } from "node:path";
import type { Clock } from "../platform/clock.ts";
import { type Disk, type FileEntry, isNotFound } from "../platform/disk.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface RejectedRequestsDependencies {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const MIB = 1024 * 1024;
/** A few hundred events are enough to see what a client does wrong; a buffer has 1 GiB. */
const FILES_MAX = 1000;
const BYTES_MAX = 16 * MIB;
/** Bytes of one body that is kept: as many as `receiver.maxbodysize` lets in by default. */
export const KEPT_BODY_BYTES_MAX = 4 * MIB;
/** A flood of bad requests must not become a flood of writes. Per second, by the clock. */
const FILES_PER_SECOND = 20;
const BYTES_PER_SECOND = KEPT_BODY_BYTES_MAX;
/** Milliseconds after a failure in which nothing is tried. */
const PAUSE = 10_000;
/**
 * What must be free behind a body, shown by writing it and cutting it off again: the last space of
 * a disk is the buffer's, which needs 64 KiB of it to ship and so to make room. It is white space to
 * a reader of JSON, should the process end before it is cut off.
 */
const HEADROOM = new Uint8Array(256 * 1024).fill(0x0a);

const NAME = /^\d{8}T\d{6}\.\d{3}Z-(\d{6,})\.body$/;

/**
 * The folder of what was refused with 400, for whoever mends the client, and to be replayed. A file
 * has one body: `<UTC time>-<counter>.body`, such as `20261121T120000.123Z-000001.body`, readable by
 * the agent's user alone. At most 1 000 files and 16 MiB; the oldest go first. Other files in the
 * folder are left alone.
 *
 * Anyone who reaches the port can have a file written. So nothing is synced, because a refused event
 * was promised to nobody, and there are at most 20 files and 4 MiB in any second. A disk that fails
 * changes no answer.
 */
export class RejectedRequests {
  readonly #directory: string;
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  #opened: Promise<void> | undefined;
  /** Oldest first. */
  #files: FileEntry[] = [];
  #bytes = 0;
  #counter = 0;
  /** Writes of the last second, oldest first. */
  #recent: { readonly at: number; readonly bytes: number }[] = [];
  #failure: { readonly cause: string; readonly message: string; readonly at: number } | undefined;

  /** @param directory made, durably, when the first body is kept; the folder around it must exist */
  constructor(directory: string, { disk, clock, log, metrics }: RejectedRequestsDependencies) {
    this.#directory = directory;
    this.#disk = disk;
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
  }

  /**
   * Keeps a body, unless that is too much or fails; counts it either way. The body is not needed any
   * more when this resolves.
   *
   * @returns what became of it, for the log
   */
  async keep(body: Uint8Array): Promise<string> {
    const obstacle = this.#obstacle(body.length);
    if (obstacle !== undefined) return this.notKept(obstacle);
    try {
      const path = await this.#store(body);
      this.#metrics.rejectedBody(true);
      this.#succeeded();
      return `kept as ${path}`;
    } catch (error) {
      this.#failed(error as Error);
      return this.notKept((error as Error).message);
    }
  }

  /** Counts a body that cannot be kept. @returns that and why, for the log */
  notKept(reason: string): string {
    this.#metrics.rejectedBody(false);
    return `not kept: ${reason}`;
  }

  /** Why a body cannot be kept now; takes its part of this second when it can. */
  #obstacle(bytes: number): string | undefined {
    if (bytes > KEPT_BODY_BYTES_MAX) return `${bytes} bytes, more than ${KEPT_BODY_BYTES_MAX}`;
    const now = this.#clock.monotonic();
    if (this.#failure && now - this.#failure.at < PAUSE) return this.#failure.message;
    this.#recent = this.#recent.filter(({ at }) => now - at < 1000);
    const written = this.#recent.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#recent.length >= FILES_PER_SECOND || written + bytes > BYTES_PER_SECOND) {
      return "too many in a second";
    }
    this.#recent.push({ at: now, bytes });
    return undefined;
  }

  async #store(body: Uint8Array): Promise<string> {
    await this.#open();
    try {
      return this.#write(body);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // Somebody has removed the folder, as they may.
      this.#opened = undefined;
      await this.#open();
      return this.#write(body);
    }
  }

  /** Makes the folder and reads what it has; once, however many are waiting for it. */
  #open(): Promise<void> {
    return this.#opened ??= this.#list().catch((error) => {
      this.#opened = undefined;
      throw error;
    });
  }

  async #list(): Promise<void> {
    // Fails when there is no buffer's folder, which is not ours to make again.
    this.#disk.listDirectories(dirname(this.#directory));
    await this.#disk.makeDirectory(this.#directory);
    const files = this.#disk.list(this.#directory).filter(({ name }) => NAME.test(name));
    // The counter goes on after a restart, so it tells the age even if the clock was set since.
    this.#files = files.sort((a, b) => counterOf(a) - counterOf(b));
    this.#bytes = files.reduce((sum, { size }) => sum + size, 0);
    const newest = this.#files.at(-1);
    if (newest) this.#counter = Math.max(this.#counter, counterOf(newest));
  }

  #write(body: Uint8Array): string {
    while (this.#files.length >= FILES_MAX || this.#bytes + body.length > BYTES_MAX) {
      this.#remove(this.#files[0]!);
    }
    const time = new Date(this.#clock.now()).toISOString().replace(/[-:]/g, "");
    const name = `${time}-${String(++this.#counter).padStart(6, "0")}.body`;
    const path = `${this.#directory}/${name}`;
    const file = this.#disk.create(path);
    const entry = { name, size: body.length };
    this.#files.push(entry);
    this.#bytes += entry.size;
    try {
      try {
        file.append(body);
        file.append(HEADROOM);
        file.truncate(body.length);
      } finally {
        file.close();
      }
    } catch (error) {
      this.#remove(entry);
      throw error;
    }
    return path;
  }

  /** A file that cannot be removed stays counted. */
  #remove(entry: FileEntry): void {
    this.#disk.remove(`${this.#directory}/${entry.name}`);
    this.#files = this.#files.filter((kept) => kept !== entry);
    this.#bytes -= entry.size;
  }

  #succeeded(): void {
    if (!this.#failure) return;
    this.#failure = undefined;
    this.#log.info("Receiver - keeps refused requests again");
  }

  #failed({ name, message }: Error): void {
    // Messages name the file, which is another one each time.
    const cause = /\(os error \d+\)/.exec(message)?.[0] ?? name;
    if (cause !== this.#failure?.cause) {
      this.#log.warn(
        `Receiver - cannot keep refused requests in ${this.#directory}, trying again after ` +
          `${PAUSE / 1000} s: ${message}`,
      );
    }
    this.#failure = { cause, message, at: this.#clock.monotonic() };
  }
}

const counterOf = ({ name }: FileEntry): number => Number(NAME.exec(name)?.[1]);
