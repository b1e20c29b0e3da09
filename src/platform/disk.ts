import { dirname } from "node:path";

/**
 * Files as the buffer needs them: the only file of ours that touches `Deno`'s file system.
 * Every method throws what the operating system says (`Deno.errors.*`, ENOSPC, EIO, EROFS).
 */
export interface Disk {
  /**
   * Creates a folder and its parents with mode 0700, durably: each is synced into its parent. An
   * existing one is left as it is.
   */
  makeDirectory(path: string): Promise<void>;
  /**
   * Names and sizes in bytes of the files (not folders) in a folder, in no order. Files that somebody
   * removes meanwhile are left out.
   */
  list(directory: string): FileEntry[];
  /** Names of the folders in a folder, in no order. */
  listDirectories(directory: string): string[];
  /** Removes a folder and all below it; a missing one is no error. */
  removeDirectory(path: string): void;
  /** Creates a file that must not exist yet, mode 0600, for appending. */
  create(path: string): DiskFile;
  /** Opens an existing file for reading. */
  openForReading(path: string): DiskFile;
  /** Opens an existing file for appending and truncating. */
  openForWriting(path: string): DiskFile;
  /** Replaces `to` if it exists. Durable only after `syncDirectory`. */
  rename(from: string, to: string): void;
  /** Removes a file; a missing one is no error. Durable only after `syncDirectory`. */
  remove(path: string): void;
  /** Makes creations, renames and removals in a folder durable. */
  syncDirectory(path: string): Promise<void>;
  /**
   * Takes an exclusive lock that ends with the process.
   *
   * @param note written into the file for whoever finds it locked
   */
  lock(path: string, note: string): LockOutcome;
  /** Whose a file or folder is, for a message about a denied access. */
  ownership(path: string): Ownership;
}

export interface Ownership {
  /** The owner's user id. */
  readonly owner: number;
  /** Permission bits, such as 0o700. */
  readonly mode: number;
  /** The user id that this process has. */
  readonly user: number;
}

/** What has become of the name under which a file was opened. */
export type FilePlace =
  /** It still names the file. */
  | "here"
  /** It names another file or none, and ours lives on: moved, or its file system is unmounted. */
  | "elsewhere"
  /** The file has no name left: its bytes are gone when it is closed. */
  | "deleted";

export interface FileEntry {
  readonly name: string;
  readonly size: number;
}

export interface DiskFile {
  /** Bytes. */
  size(): number;
  /** Appends all of `bytes`. */
  append(bytes: Uint8Array): void;
  /** Makes what was appended durable (fdatasync), without blocking the event loop. */
  syncData(): Promise<void>;
  /** Cuts the file off at `length` bytes; the next `append` goes there. */
  truncate(length: number): void;
  /** Reads up to `into.length` bytes at `offset`; returns how many, 0 at the end. */
  readAt(offset: number, into: Uint8Array): number;
  /** What others have done to it: where it is now and how many bytes it has. */
  look(): { readonly place: FilePlace; readonly size: number };
  close(): void;
}

export type LockOutcome =
  | { readonly kind: "locked"; release(): void; place(): FilePlace }
  /** Someone else holds it; `note` is what they wrote. */
  | { readonly kind: "held"; readonly note: string };

/** Folders that this process has seen synced into their parents. */
const durableDirectories = new Set<string>();

/** The real disk. */
export const systemDisk: Disk = {
  makeDirectory: async (path) => {
    let created = true;
    try {
      Deno.mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (isNotFound(error)) {
        await systemDisk.makeDirectory(dirname(path));
        Deno.mkdirSync(path, { mode: 0o700 });
      } else if (error instanceof Deno.errors.AlreadyExists && Deno.statSync(path).isDirectory) {
        created = false;
      } else throw error;
    }
    if (created) durableDirectories.delete(path); // an earlier one was
    else if (durableDirectories.has(path)) return;
    try {
      // Also of one that exists: whoever made it may have been killed before this.
      await systemDisk.syncDirectory(dirname(path));
    } catch (error) {
      // Somebody else's folder around ours, which we may not open: it was theirs to sync.
      if (created || !(error instanceof Deno.errors.PermissionDenied)) throw error;
    }
    durableDirectories.add(path);
  },
  list: (directory) =>
    [...Deno.readDirSync(directory)]
      .filter((entry) => entry.isFile)
      .flatMap(({ name }) => {
        const facts = statIfThere(`${directory}/${name}`);
        return facts ? [{ name, size: facts.size }] : [];
      }),
  listDirectories: (directory) =>
    [...Deno.readDirSync(directory)].filter((entry) => entry.isDirectory).map(({ name }) => name),
  removeDirectory: (path) => ignoreMissing(() => Deno.removeSync(path, { recursive: true })),
  create: (path) =>
    systemFile(
      path,
      Deno.openSync(path, { createNew: true, read: true, write: true, mode: 0o600 }),
    ),
  openForReading: (path) => systemFile(path, Deno.openSync(path, { read: true })),
  openForWriting: (path) => systemFile(path, Deno.openSync(path, { read: true, write: true })),
  rename: (from, to) => Deno.renameSync(from, to),
  remove: (path) => ignoreMissing(() => Deno.removeSync(path)),
  syncDirectory: async (path) => {
    using directory = await Deno.open(path, { read: true });
    await directory.sync();
  },
  lock: (path, note) => {
    const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
    if (Deno.lstatSync(path).isSymlink) {
      file.close();
      throw new Error(`${path} is a symbolic link, which falco-lake does not follow: remove it`);
    }
    if (!file.tryLockSync(true)) {
      file.close();
      return { kind: "held", note: Deno.readTextFileSync(path).trim() };
    }
    try {
      file.truncateSync();
      file.writeSync(new TextEncoder().encode(note));
    } catch (error) {
      // The lock holds without its note.
      if (!isNoSpace(error)) {
        file.close();
        throw error;
      }
    }
    const { dev, ino } = file.statSync();
    return {
      kind: "locked",
      release: () => file.close(),
      place: () => lookAt(path, file, dev, ino).place,
    };
  },
  ownership: (path) => {
    const { uid, mode } = Deno.statSync(path);
    return { owner: uid ?? 0, mode: (mode ?? 0) & 0o777, user: Deno.uid() ?? 0 };
  },
};

/** Whether an error of a disk says that there is no such file or folder. */
export const isNotFound = (error: unknown): boolean => error instanceof Deno.errors.NotFound;

/** Whether an error of a disk says that it is full (ENOSPC), or a quota is (EDQUOT). */
export const isNoSpace = (error: unknown): boolean =>
  /\(os error (28|122)\)/.test((error as Error).message);

/** What a full disk says. */
export const noSpace = (): Error => new Error("No space left on device (os error 28)");

/** Whether an error of a disk says that it could not read what it holds (EIO). */
export const isUnreadable = (error: unknown): boolean =>
  /\(os error 5\)/.test((error as Error).message);

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function lookAt(
  path: string,
  file: Deno.FsFile,
  dev: number,
  ino: number | null,
): { place: FilePlace; size: number } {
  const named = statIfThere(path);
  if (named?.ino === ino && named.dev === dev) return { place: "here", size: named.size };
  const { nlink, size } = file.statSync();
  return { place: nlink === 0 ? "deleted" : "elsewhere", size };
}

function ignoreMissing(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function systemFile(path: string, file: Deno.FsFile): DiskFile {
  const { dev, ino } = file.statSync();
  return {
    size: () => file.statSync().size,
    append: (bytes) => {
      file.seekSync(0, Deno.SeekMode.End);
      for (let written = 0; written < bytes.length;) {
        const count = file.writeSync(bytes.subarray(written));
        if (count === 0) {
          throw new Error(`${path}: the disk takes no more bytes and does not say why`);
        }
        written += count;
      }
    },
    syncData: () => file.syncData(),
    truncate: (length) => file.truncateSync(length),
    readAt: (offset, into) => {
      file.seekSync(offset, Deno.SeekMode.Start);
      let read = 0;
      while (read < into.length) {
        const count = file.readSync(into.subarray(read));
        if (count === null) break;
        read += count;
      }
      return read;
    },
    look: () => lookAt(path, file, dev, ino),
    close: () => file.close(),
  };
}
