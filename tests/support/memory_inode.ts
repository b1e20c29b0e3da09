/**
 * The smallest piece that reaches the disk or does not. Far below a real page, so that small files
 * are torn and reordered too.
 */
export const PAGE_BYTES = 32;
/** A real disk's block: what cannot be read is a whole one. */
export const BLOCK_BYTES = 4096;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A file's contents at one time. */
interface Version {
  readonly id: number;
  readonly bytes: Uint8Array;
  /**
   * What a failed sync may have lost for good: the kernel takes its pages for written, so no later
   * sync writes them, while reads still see them.
   */
  readonly doubtful: readonly Stretch[];
}

/** Names the contents that a sync covers, from when it begins until it ends. */
export type SyncMark = number;

/**
 * A file in memory that knows what a crash may leave of it: any of its contents since the last
 * sync, with each page since then independently written or still zeros. So what was not synced is
 * lost, torn at any byte, or reordered; a truncation may not have happened.
 */
export class Inode {
  /** Since the last sync, oldest first: the first is what a crash is sure to leave. */
  #versions: Version[];
  /** Has the bytes of the newest version; grows by doubling. */
  #backing: Uint8Array;
  /** How much of `#backing` some version shows: it must not change. */
  #used: number;
  /** Numbers of the blocks that the disk cannot read any more. */
  readonly unreadable = new Set<number>();
  isLocked = false;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#backing = bytes;
    this.#used = bytes.length;
    this.#versions = [{ id: 0, bytes, doubtful: [] }];
  }

  /** What readers see. */
  get data(): Uint8Array {
    return this.#newest.bytes;
  }

  get isDirty(): boolean {
    return this.#versions.length > 1;
  }

  /** Whether a failed sync may have lost some of it for good. */
  get isDoubtful(): boolean {
    return this.#versions.some(({ doubtful }) => doubtful.length > 0);
  }

  /** How many bytes from the start a crash is sure to leave as they are. */
  get durableBytes(): number {
    const doubtful = this.#versions.flatMap(({ doubtful }) => doubtful.map(({ start }) => start));
    return Math.min(...this.#versions.map(({ bytes }) => bytes.length), ...doubtful);
  }

  append(added: Uint8Array): void {
    const { bytes, doubtful } = this.#newest;
    const length = bytes.length + added.length;
    // Older versions show what stands behind a truncation.
    if (length > this.#backing.length || this.#used !== bytes.length) {
      this.#backing = new Uint8Array(Math.max(length, 2 * bytes.length));
      this.#backing.set(bytes);
    }
    this.#backing.set(added, bytes.length);
    this.#used = length;
    this.#push(this.#backing.subarray(0, length), doubtful);
  }

  truncate(length: number): void {
    const { bytes, doubtful } = this.#newest;
    if (length >= bytes.length) return this.append(new Uint8Array(length - bytes.length));
    this.#push(bytes.subarray(0, length), clip(doubtful, length));
  }

  /** Changes bytes durably and behind everybody's back, as decay does. */
  decay(change: (bytes: Uint8Array) => void): void {
    const bytes = this.data.slice();
    change(bytes);
    this.#backing = bytes;
    this.#used = bytes.length;
    this.#versions = [...this.#versions.slice(0, -1), { ...this.#newest, bytes }];
  }

  mark(): SyncMark {
    return this.#newest.id;
  }

  /** A sync that began at `mark` has succeeded. */
  synced(mark: SyncMark): void {
    const at = this.#versions.findIndex(({ id }) => id === mark);
    if (at > 0) this.#versions.splice(0, at);
  }

  /** A sync that began at `mark` has failed: nobody will write its pages any more. */
  syncFailed(mark: SyncMark): void {
    const at = this.#versions.findIndex(({ id }) => id === mark);
    if (at < 0) return;
    const start = this.#stableLength(at);
    let end = this.#versions[at]!.bytes.length;
    this.#versions = this.#versions.map((version, index) => {
      if (index < at) return version;
      end = Math.min(end, version.bytes.length);
      return start < end
        ? { ...version, doubtful: [...version.doubtful, { start, end }] }
        : version;
    });
  }

  /** The file after a crash; the same for the same fractions. */
  crashed(fraction: () => number): Inode {
    const at = Math.floor(fraction() * this.#versions.length);
    const { bytes, doubtful } = this.#versions[at]!;
    const before = this.#versions[at - 1]?.bytes.length ?? bytes.length;
    const length = before < bytes.length
      ? before + 1 + Math.floor(fraction() * (bytes.length - before))
      : bytes.length;
    const left = bytes.slice(0, length);
    const scattered = at > 0 && fraction() < 0.5;
    const unsynced = scattered ? [{ start: this.#stableLength(at), end: length }] : [];
    for (const { start, end } of [...unsynced, ...clip(doubtful, length)]) {
      for (let page = start; page < end; page += PAGE_BYTES - page % PAGE_BYTES) {
        const pageEnd = Math.min(end, page + PAGE_BYTES - page % PAGE_BYTES);
        if (fraction() < 0.5) left.fill(0, page, pageEnd);
      }
    }
    return this.#successor(left);
  }

  /** The file after a clean stop. */
  copy(): Inode {
    return this.#successor(this.data.slice());
  }

  /** The same after the programs that used it were killed: nothing is lost, and nothing synced. */
  orphaned(): Inode {
    const inode = this.#successor(this.data);
    inode.#versions = [...this.#versions];
    return inode;
  }

  #push(bytes: Uint8Array, doubtful: readonly Stretch[]): void {
    this.#versions.push({ id: this.#newest.id + 1, bytes, doubtful });
  }

  #successor(bytes: Uint8Array): Inode {
    const inode = new Inode(bytes);
    for (const block of this.unreadable) inode.unreadable.add(block);
    return inode;
  }

  get #newest(): Version {
    return this.#versions.at(-1)!;
  }

  /** How many bytes no change since the last sync has touched, up to a version. */
  #stableLength(at: number): number {
    return Math.min(...this.#versions.slice(0, at + 1).map(({ bytes }) => bytes.length));
  }
}

function clip(stretches: readonly Stretch[], length: number): readonly Stretch[] {
  return stretches
    .map(({ start, end }) => ({ start, end: Math.min(end, length) }))
    .filter(({ start, end }) => start < end);
}
