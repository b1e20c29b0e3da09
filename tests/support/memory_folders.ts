import { dirname } from "node:path";
import { Folder } from "./memory_folder.ts";
import type { Inode } from "./memory_inode.ts";

/** Which folder stands where. A new folder may be gone after a crash until its parent was synced. */
export class Folders {
  readonly #here = new Map<string, Folder>();
  readonly #durable = new Set<Folder>();
  /** By the path they were moved away from: folders that live on where no path leads. */
  readonly #away = new Map<string, ReadonlyMap<string, Folder>>();

  has(path: string): boolean {
    return path === "/" || this.#here.has(path);
  }

  find(path: string): Folder | undefined {
    return this.#here.get(path);
  }

  /** @throws NotFound */
  at(path: string): Folder {
    const folder = this.#here.get(path);
    if (!folder) throw new Deno.errors.NotFound(`${path}: No such file or directory (os error 2)`);
    return folder;
  }

  /** Names of the folders in a folder. */
  below(path: string): string[] {
    return [...this.#here.keys()]
      .filter((other) => dirname(other) === path)
      .map((other) => other.slice(path === "/" ? 1 : path.length + 1));
  }

  /** @throws NotFound when its parent is missing */
  make(path: string): void {
    if (dirname(path) !== "/") this.at(dirname(path));
    this.#here.set(path, new Folder());
  }

  /** Its parent was synced: it is there after a crash too. */
  synced(folder: Folder): void {
    this.#durable.add(folder);
  }

  /** Makes a folder with its parents unless it is there, durably. */
  ensure(path: string): Folder {
    if (!this.#here.has(path)) {
      if (dirname(path) !== "/") this.ensure(dirname(path));
      this.make(path);
      this.synced(this.at(path));
    }
    return this.at(path);
  }

  /** Removes a folder and all below it, for good. */
  remove(path: string): void {
    for (const [other, folder] of this.#within(path)) {
      for (const name of [...folder.files.keys()]) folder.remove(name);
      this.#here.delete(other);
    }
  }

  moveAway(path: string): void {
    if (!this.has(path)) return;
    const moved = this.#within(path);
    for (const other of moved.keys()) this.#here.delete(other);
    this.#away.set(path, moved);
  }

  putBack(path: string): void {
    const moved = this.#away.get(path);
    if (!moved) return;
    this.#away.delete(path);
    // As a file system that is mounted hides what was written meanwhile to the mount point.
    for (const other of this.#within(path).keys()) this.#here.delete(other);
    for (const [other, folder] of moved) this.#here.set(other, folder);
  }

  /** Every file that has a name, wherever its folder is. */
  inodes(): Set<Inode> {
    const folders = [this.#here, ...this.#away.values()].flatMap((map) => [...map.values()]);
    return new Set(folders.flatMap((folder) => [...folder.files.values()]));
  }

  /** After a crash; what was moved away is back. */
  crashed(fraction: () => number): Folders {
    const inodes = new Map<Inode, Inode>();
    const after = new Folders();
    this.#copyInto(after, (folder) => {
      if (!this.#durable.has(folder) && fraction() < 0.5) return undefined;
      return folder.crashed(fraction, (inode) => {
        const known = inodes.get(inode) ?? inode.crashed(fraction);
        inodes.set(inode, known);
        return known;
      });
    });
    return after;
  }

  /** After all programs were killed; what was moved away is back. */
  orphaned(): Folders {
    const inodes = new Map<Inode, Inode>();
    const after = new Folders();
    for (const path of [...this.#away.keys()]) this.putBack(path);
    for (const [path, folder] of this.#here) {
      const copy = folder.orphaned((inode) => {
        const known = inodes.get(inode) ?? inode.orphaned();
        inodes.set(inode, known);
        return known;
      });
      after.#here.set(path, copy);
      if (this.#durable.has(folder)) after.#durable.add(copy);
    }
    return after;
  }

  /** After a clean stop of everything. */
  copy(): Folders {
    const after = new Folders();
    this.#copyInto(after, (folder) => folder.copy((inode) => inode.copy()));
    return after;
  }

  #copyInto(after: Folders, copied: (folder: Folder) => Folder | undefined): void {
    for (const path of [...this.#away.keys()]) this.putBack(path);
    for (const [path, folder] of this.#here) {
      const copy = after.has(dirname(path)) ? copied(folder) : undefined;
      if (!copy) continue;
      after.#here.set(path, copy);
      after.#durable.add(copy);
    }
  }

  #within(path: string): Map<string, Folder> {
    return new Map(
      [...this.#here].filter(([other]) => other === path || other.startsWith(`${path}/`)),
    );
  }
}
