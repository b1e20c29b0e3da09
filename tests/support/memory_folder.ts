import type { Inode } from "./memory_inode.ts";

/** A change of a folder that is one transaction of its file system. */
type Change =
  | { readonly kind: "set"; readonly name: string; readonly inode: Inode }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string; readonly inode: Inode };

/**
 * A folder in memory that knows what a crash may leave of it. Of the creations, renames and
 * removals since its last sync either the first few have happened, as on a file system with a
 * journal, or any of them independently. A rename is one change: its file is never without a name
 * and never has two, as ext4, XFS and Btrfs all promise.
 */
export class Folder {
  readonly #files = new Map<string, Inode>();
  #durable = new Map<string, Inode>();
  /** Since the last sync, oldest first. */
  #changes: Change[] = [];

  get isDirty(): boolean {
    return this.#changes.length > 0;
  }

  get files(): ReadonlyMap<string, Inode> {
    return this.#files;
  }

  /** Whether a crash is sure to leave a file, under whatever name. */
  isDurable(inode: Inode): boolean {
    const names = [...this.#durable].filter(([, other]) => other === inode).map(([name]) => name);
    if (names.length === 0) return false;
    for (const change of this.#changes) {
      if (change.kind === "rename" && change.inode === inode) names.push(change.to);
    }
    return !this.#changes.some((change) =>
      change.kind === "rename"
        ? change.inode !== inode && names.includes(change.to)
        : names.includes(change.name) && !(change.kind === "set" && change.inode === inode)
    );
  }

  set(name: string, inode: Inode): void {
    this.#change({ kind: "set", name, inode });
  }

  remove(name: string): void {
    if (this.#files.has(name)) this.#change({ kind: "remove", name });
  }

  rename(from: string, to: string, inode: Inode): void {
    if (from !== to) this.#change({ kind: "rename", from, to, inode });
  }

  /** What a sync covers that begins now; give it to `synced` when that has succeeded. */
  mark(): readonly Change[] {
    return [...this.#changes];
  }

  synced(mark: readonly Change[]): void {
    const covered = new Set(mark.filter((change) => this.#changes.includes(change)));
    for (const change of covered) apply(change, this.#durable);
    this.#changes = this.#changes.filter((change) => !covered.has(change));
  }

  /**
   * The folder after a crash.
   *
   * @param crashed what the crash leaves of a file
   */
  crashed(fraction: () => number, crashed: (inode: Inode) => Inode): Folder {
    const left = new Map(this.#durable);
    const independently = fraction() < 0.5;
    const ordered = Math.floor((1 - fraction()) * (this.#changes.length + 1));
    this.#changes.forEach((change, at) => {
      if (independently ? fraction() < 0.5 : at < ordered) apply(change, left);
    });
    return folderOf(left, crashed);
  }

  /** The folder after a clean stop. */
  copy(copied: (inode: Inode) => Inode): Folder {
    return folderOf(this.#files, copied);
  }

  /** The folder after the programs that used it were killed. */
  orphaned(orphaned: (inode: Inode) => Inode): Folder {
    const folder = new Folder();
    for (const [name, inode] of this.#files) folder.#files.set(name, orphaned(inode));
    for (const [name, inode] of this.#durable) folder.#durable.set(name, orphaned(inode));
    folder.#changes = this.#changes.map((change) =>
      change.kind === "remove" ? change : { ...change, inode: orphaned(change.inode) }
    );
    return folder;
  }

  #change(change: Change): void {
    apply(change, this.#files);
    this.#changes.push(change);
  }
}

function folderOf(files: ReadonlyMap<string, Inode>, copied: (inode: Inode) => Inode): Folder {
  const folder = new Folder();
  for (const [name, inode] of files) folder.set(name, copied(inode));
  folder.synced(folder.mark());
  return folder;
}

function apply(change: Change, files: Map<string, Inode>): void {
  switch (change.kind) {
    case "set":
      files.set(change.name, change.inode);
      return;
    case "remove":
      files.delete(change.name);
      return;
    case "rename":
      files.delete(change.from);
      files.set(change.to, change.inode);
  }
}
