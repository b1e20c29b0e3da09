import { basename, dirname } from "node:path";
import type {
  Disk,
  DiskFile,
  FileEntry,
  FilePlace,
  LockOutcome,
  Ownership,
} from "../../src/platform/disk.ts";
import { Faults, type Operation, readOnly } from "./memory_faults.ts";
import { type FileHost, openFile } from "./memory_file.ts";
import type { Folder } from "./memory_folder.ts";
import { Folders } from "./memory_folders.ts";
import { Inode } from "./memory_inode.ts";

/** What changes a disk, or would; the rest is too much to trace. */
const TRACED: ReadonlySet<Operation> = new Set([
  "create",
  "openForReading",
  "openForWriting",
  "append",
  "truncate",
  "syncData",
  "syncDirectory",
  "rename",
  "remove",
]);

/** `MemoryDisk` as programs see it; what tests do to it is there. */
export abstract class MemoryOperations implements Disk, FileHost {
  protected folders = new Folders();
  protected readonly faults = new Faults();
  /** For tests that count or order operations. */
  readonly trace: { readonly operation: Operation; readonly path: string }[] = [];
  /** Called before each sync of data; a test can hold it back. */
  beforeSync: () => Promise<void> = () => Promise.resolve();
  /** How many turns of the microtask queue a sync takes. */
  turns: () => number = () => 0;
  /** Told of all bytes that reach a file, and where. */
  wrote: (path: string, offset: number, bytes: Uint8Array) => void = () => {};
  /** Bytes that all files may have; an append beyond writes what fits and fails. */
  capacity = Infinity;
  /** Bytes that somebody else has taken of them. */
  protected taken = 0;
  /** Whether every change fails. */
  isReadOnly = false;

  /** Bytes that still fit. */
  get free(): number {
    if (this.capacity === Infinity) return Infinity;
    let free = this.capacity - this.taken;
    for (const { data } of this.folders.inodes()) free -= data.length;
    return Math.max(0, free);
  }

  async makeDirectory(path: string): Promise<void> {
    this.did("makeDirectory", path);
    if (path === "/") return;
    if (this.#fileAt(path)) throw new Deno.errors.AlreadyExists(`${path}: File exists`);
    const parent = dirname(path);
    if (!this.folders.has(path)) {
      if (!this.folders.has(parent)) await this.makeDirectory(parent);
      this.#change();
      this.folders.make(path);
    }
    const made = this.folders.at(path);
    await this.#pause();
    this.did("syncDirectory", parent);
    this.folders.synced(made);
  }

  list(directory: string): FileEntry[] {
    this.did("list", directory);
    const { files } = this.folders.at(directory);
    return [...files].map(([name, { data }]) => ({ name, size: data.length }));
  }

  listDirectories(directory: string): string[] {
    if (directory !== "/") this.folders.at(directory);
    return this.folders.below(directory);
  }

  removeDirectory(path: string): void {
    if (!this.folders.has(path)) return;
    this.#change();
    this.folders.remove(path);
  }

  create(path: string): DiskFile {
    this.did("create", path);
    const folder = this.#parent(path);
    if (this.#fileAt(path)) throw new Deno.errors.AlreadyExists(`${path}: File exists`);
    this.#change();
    const inode = new Inode();
    folder.set(basename(path), inode);
    return openFile(this, path, inode, true);
  }

  openForReading(path: string): DiskFile {
    this.did("openForReading", path);
    return openFile(this, path, this.inode(path), false);
  }

  openForWriting(path: string): DiskFile {
    this.did("openForWriting", path);
    const inode = this.inode(path);
    this.#change();
    return openFile(this, path, inode, true);
  }

  rename(from: string, to: string): void {
    this.did("rename", from);
    const [inode, source, target] = [this.inode(from), this.#parent(from), this.#parent(to)];
    this.#change();
    if (source === target) return source.rename(basename(from), basename(to), inode);
    target.set(basename(to), inode);
    source.remove(basename(from));
  }

  remove(path: string): void {
    this.did("remove", path);
    if (!this.folders.has(dirname(path))) return;
    this.#change();
    this.#parent(path).remove(basename(path));
  }

  async syncDirectory(path: string): Promise<void> {
    const folder = this.folders.at(path);
    const mark = folder.mark();
    await this.#pause();
    this.did("syncDirectory", path);
    if (this.isReadOnly && folder.isDirty) throw readOnly();
    folder.synced(mark);
  }

  lock(path: string, note: string): LockOutcome {
    this.did("lock", path);
    const folder = this.#parent(path);
    this.#change();
    const inode = this.#fileAt(path) ?? new Inode();
    if (inode.isLocked) return { kind: "held", note: new TextDecoder().decode(inode.data) };
    folder.set(basename(path), inode);
    inode.isLocked = true;
    inode.truncate(0);
    inode.append(new TextEncoder().encode(note).subarray(0, this.free));
    return {
      kind: "locked",
      release: () => {
        inode.isLocked = false;
      },
      place: () => {
        this.did("look", path);
        return this.placeOf(path, inode);
      },
    };
  }

  ownership(): Ownership {
    return { owner: 0, mode: 0o700, user: 0 };
  }

  did(operation: Operation, path: string): void {
    if (TRACED.has(operation)) this.trace.push({ operation, path });
    this.faults.strike(operation, path);
  }

  placeOf(path: string, inode: Inode): FilePlace {
    if (this.#fileAt(path) === inode) return "here";
    return this.folders.inodes().has(inode) ? "elsewhere" : "deleted";
  }

  async delaySync(): Promise<void> {
    await this.beforeSync();
    await this.#pause();
  }

  protected inode(path: string): Inode {
    const inode = this.#parent(path).files.get(basename(path));
    if (!inode) throw new Deno.errors.NotFound(`${path}: No such file (os error 2)`);
    return inode;
  }

  #fileAt(path: string): Inode | undefined {
    return this.folders.find(dirname(path))?.files.get(basename(path));
  }

  #parent(path: string): Folder {
    return this.folders.at(dirname(path));
  }

  #change(): void {
    if (this.isReadOnly) throw readOnly();
  }

  async #pause(): Promise<void> {
    for (let left = this.turns(); left > 0; left--) await Promise.resolve();
  }
}
