import type { Disk, DiskFile } from "../../src/platform/disk.ts";

interface Inode {
  data: Uint8Array;
  /** What a crash is sure to leave. */
  synced: Uint8Array;
}

type Operation =
  | "create"
  | "append"
  | "syncData"
  | "syncDirectory"
  | "rename"
  | "remove"
  | "openForReading";

const FILLER = "/elsewhere/filler";
const noSpace = () => new Error("No space left on device (os error 28)");

/**
 * A disk in memory that forgets, on `crash`, what was not synced: the data of files behind their
 * last sync (a random prefix of it survives, so that writes are torn at any byte), and names that
 * were created, renamed or removed since the folder's last sync (each survives or not, at random).
 */
export class MemoryDisk implements Disk {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  readonly #locks = new Map<string, string>();
  readonly #faults = new Map<Operation, { readonly error: Error; readonly suffix: string }>();
  /** Every operation, for tests that count or order them. */
  readonly trace: { readonly operation: Operation; readonly path: string }[] = [];
  /** Called before each sync of data; a test can hold it back. */
  beforeSync: () => Promise<void> = () => Promise.resolve();
  /** Bytes that all files may have; an append beyond writes what fits and fails. */
  capacity = Infinity;

  /**
   * Makes the next such operation fail; an append that fails has written half.
   *
   * @param suffix how the path of the operation ends
   */
  failNext(operation: Operation, error: Error, suffix = ""): void {
    this.#faults.set(operation, { error, suffix });
  }

  /** Bytes that still fit. */
  get free(): number {
    const inodes = new Set(this.#names.values());
    return [...inodes].reduce((left, { data }) => left - data.length, this.capacity);
  }

  /** What somebody else does to a disk: takes all that is free but `left` bytes. */
  fill(left = 0): void {
    this.#names.delete(FILLER);
    this.write(FILLER, new Uint8Array(this.free - left));
  }

  /** The disk after power loss. Handles of this one must not be used any more. */
  crash(fraction: () => number): MemoryDisk {
    const after = new MemoryDisk();
    after.capacity = this.capacity;
    const paths = new Set([...this.#names.keys(), ...this.#durableNames.keys()]);
    const inodes = new Map<Inode, Inode>();
    for (const path of paths) {
      const [durable, volatile] = [this.#durableNames.get(path), this.#names.get(path)];
      const inode = durable === volatile || fraction() < 0.5 ? volatile : durable;
      if (!inode) continue;
      if (!inodes.has(inode)) {
        const kept = inode.data.length > inode.synced.length
          ? inode.synced.length +
            Math.floor(fraction() * (inode.data.length - inode.synced.length + 1))
          : inode.data.length;
        const data = inode.data.slice(0, kept);
        data.set(inode.synced.subarray(0, kept));
        inodes.set(inode, { data, synced: data });
      }
      after.#names.set(path, inodes.get(inode)!);
    }
    after.#durableNames = new Map(after.#names);
    return after;
  }

  /** A deep copy, as after a clean stop of everything. */
  clone(): MemoryDisk {
    const copy = new MemoryDisk();
    copy.capacity = this.capacity;
    for (const [path, { data }] of this.#names) {
      copy.#names.set(path, { data: data.slice(), synced: data.slice() });
    }
    copy.#durableNames = new Map(copy.#names);
    return copy;
  }

  read(path: string): Uint8Array {
    return this.#inode(path).data.slice();
  }

  write(path: string, data: Uint8Array): void {
    const inode = { data: data.slice(), synced: data.slice() };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  names(directory: string): string[] {
    return this.list(directory).map(({ name }) => name).sort();
  }

  makeDirectory(): Promise<void> {
    return Promise.resolve();
  }

  list(directory: string): { name: string; size: number }[] {
    return [...this.#names].flatMap(([path, { data }]) => {
      const name = path.slice(directory.length + 1);
      return path.startsWith(`${directory}/`) && !name.includes("/")
        ? [{ name, size: data.length }]
        : [];
    });
  }

  listDirectories(): string[] {
    return [];
  }

  removeDirectory(directory: string): void {
    for (const path of [...this.#names.keys()]) {
      if (path.startsWith(`${directory}/`)) this.remove(path);
    }
  }

  create(path: string): DiskFile {
    this.#did("create", path);
    if (this.#names.has(path)) throw new Deno.errors.AlreadyExists(path);
    this.#names.set(path, { data: new Uint8Array(0), synced: new Uint8Array(0) });
    return this.#open(path);
  }

  openForReading(path: string): DiskFile {
    this.#did("openForReading", path);
    return this.#open(path);
  }

  openForWriting(path: string): DiskFile {
    return this.#open(path);
  }

  rename(from: string, to: string): void {
    this.#did("rename", from);
    this.#names.set(to, this.#inode(from));
    this.#names.delete(from);
  }

  remove(path: string): void {
    this.#did("remove", path);
    this.#names.delete(path);
  }

  syncDirectory(directory: string): Promise<void> {
    this.#did("syncDirectory", directory);
    const inside = (path: string) => path.startsWith(`${directory}/`);
    for (const path of [...this.#durableNames.keys()].filter(inside)) {
      this.#durableNames.delete(path);
    }
    for (const [path, inode] of this.#names) if (inside(path)) this.#durableNames.set(path, inode);
    return Promise.resolve();
  }

  lock(path: string, note: string) {
    const holder = this.#locks.get(path);
    if (holder !== undefined) return { kind: "held", note: holder } as const;
    this.#locks.set(path, note);
    return { kind: "locked", release: () => this.#locks.delete(path) } as const;
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (!inode) throw new Deno.errors.NotFound(path);
    return inode;
  }

  #did(operation: Operation, path: string): void {
    this.trace.push({ operation, path });
    const fault = this.#faults.get(operation);
    if (!fault || !path.endsWith(fault.suffix)) return;
    this.#faults.delete(operation);
    throw fault.error;
  }

  #open(path: string): DiskFile {
    const inode = this.#inode(path);
    const grow = (bytes: Uint8Array) => {
      const data = new Uint8Array(inode.data.length + bytes.length);
      data.set(inode.data);
      data.set(bytes, inode.data.length);
      inode.data = data;
    };
    return {
      size: () => inode.data.length,
      append: (bytes) => {
        try {
          this.#did("append", path);
        } catch (error) {
          grow(bytes.subarray(0, bytes.length >> 1));
          throw error;
        }
        const { free } = this;
        grow(bytes.subarray(0, free));
        if (bytes.length > free) throw noSpace();
      },
      syncData: async () => {
        const { data } = inode;
        await this.beforeSync();
        this.#did("syncData", path);
        inode.synced = data;
      },
      truncate: (length) => {
        inode.data = inode.data.slice(0, length);
      },
      readAt: (offset, into) => {
        const part = inode.data.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
      close: () => {},
    };
  }
}
