import { basename, dirname } from "node:path";
import type { Operation } from "./memory_faults.ts";
import { BLOCK_BYTES, Inode } from "./memory_inode.ts";
import { MemoryOperations } from "./memory_operations.ts";

/**
 * A disk in memory that forgets, on `crash`, what was not synced (`Inode` and `Folder` say what it
 * may leave), and fails as it is told to. All that is random comes from what the tests pass in.
 */
export class MemoryDisk extends MemoryOperations {
  /**
   * Makes the next such operation fail; an append that fails has written half, and a sync that
   * fails has lost, for all later syncs, what it was to write.
   *
   * @param suffix how the path of the operation ends
   */
  failNext(operation: Operation, error: Error, suffix = ""): void {
    this.faults.arm({ operation, error, suffix, once: true });
  }

  /** Makes every such operation fail until `heal`. */
  fail(operation: Operation, error: Error, suffix = ""): void {
    this.faults.arm({ operation, error, suffix, once: false });
  }

  /** Takes back `fail`, `failNext`, `isReadOnly`, `fill` and `makeUnreadable`; not decay. */
  heal(): void {
    this.faults.heal();
    this.isReadOnly = false;
    this.taken = 0;
    for (const { unreadable } of this.folders.inodes()) unreadable.clear();
  }

  /** What somebody else does to a disk with a `capacity`: takes all that is free but `left` bytes. */
  fill(left = 0): void {
    this.taken = 0;
    this.taken = Math.max(0, this.free - left);
  }

  /** Somebody else moves a folder elsewhere, or takes its file system away. */
  moveAway(path: string): void {
    this.folders.moveAway(path);
  }

  /** What `moveAway` took is there again, over whatever took its place. */
  putBack(path: string): void {
    this.folders.putBack(path);
  }

  /** Somebody else removes a file, durably or not. */
  takeAway(path: string): void {
    this.folders.find(dirname(path))?.remove(basename(path));
  }

  /** Somebody else removes a folder and all below it, durably. */
  takeFolderAway(path: string): void {
    this.folders.remove(path);
  }

  /** Somebody else cuts a file off. */
  cutOff(path: string, length: number): void {
    this.inode(path).truncate(length);
  }

  /** Changes bytes of a file as decay does: behind every sync's back. */
  decay(path: string, change: (bytes: Uint8Array) => void): void {
    this.inode(path).decay(change);
  }

  /** Lets the block around an offset fail to be read (EIO) until `heal`. */
  makeUnreadable(path: string, offset: number): void {
    this.inode(path).unreadable.add(Math.floor(offset / BLOCK_BYTES));
  }

  /** The disk after power loss. Handles of this one must not be used any more. */
  crash(fraction: () => number): MemoryDisk {
    return this.#after((disk) => disk.folders = this.folders.crashed(fraction));
  }

  /** The disk after the program was killed: what it wrote is there, but not synced by that. */
  kill(): MemoryDisk {
    return this.#after((disk) => disk.folders = this.folders.orphaned());
  }

  /** A deep copy, as after a clean stop of everything. */
  clone(): MemoryDisk {
    return this.#after((disk) => disk.folders = this.folders.copy());
  }

  read(path: string): Uint8Array {
    return this.inode(path).data.slice();
  }

  /** Whether a failed sync may have lost some of a file for good. */
  isDoubtful(path: string): boolean {
    return this.inode(path).isDoubtful;
  }

  /** How many bytes from a file's start a crash is sure to leave. */
  durableBytes(path: string): number {
    const inode = this.inode(path);
    return this.folders.at(dirname(path)).isDurable(inode) ? inode.durableBytes : 0;
  }

  /** Puts a file there durably, with the folders that it needs. */
  write(path: string, data: Uint8Array): void {
    const folder = this.folders.ensure(dirname(path));
    folder.set(basename(path), new Inode(data.slice()));
    folder.synced(folder.mark());
  }

  /** Of the files in a folder, sorted; none when there is no such folder. */
  names(directory: string): string[] {
    if (!this.folders.has(directory)) return [];
    return [...this.folders.at(directory).files.keys()].sort();
  }

  #after(put: (disk: MemoryDisk) => void): MemoryDisk {
    const disk = new MemoryDisk();
    disk.capacity = this.capacity;
    disk.taken = this.taken;
    put(disk);
    return disk;
  }
}
