import type { DiskFile, FilePlace } from "../../src/platform/disk.ts";
import { noSpace, type Operation, readOnly, unreadable } from "./memory_faults.ts";
import { BLOCK_BYTES, type Inode } from "./memory_inode.ts";

/** What an open file needs of its disk. */
export interface FileHost {
  readonly free: number;
  readonly isReadOnly: boolean;
  /** Notes an operation, and throws when it is to fail. */
  did(operation: Operation, path: string): void;
  placeOf(path: string, inode: Inode): FilePlace;
  wrote(path: string, offset: number, bytes: Uint8Array): void;
  /** Resolves when the disk has come to a sync. */
  delaySync(): Promise<void>;
}

/** A file of a `MemoryDisk`, opened under `path`. */
export function openFile(
  host: FileHost,
  path: string,
  inode: Inode,
  writable: boolean,
): DiskFile {
  let isOpen = true;
  const use = () => {
    if (!isOpen) throw new Deno.errors.BadResource("Bad resource ID");
  };
  const change = () => {
    use();
    if (!writable) throw new Error("Bad file descriptor (os error 9)");
    if (host.isReadOnly) throw readOnly();
  };
  const grow = (bytes: Uint8Array) => {
    const offset = inode.data.length;
    inode.append(bytes);
    host.wrote(path, offset, bytes);
  };
  return {
    size: () => {
      use();
      return inode.data.length;
    },
    append: (bytes) => {
      change();
      try {
        host.did("append", path);
      } catch (error) {
        grow(bytes.subarray(0, bytes.length >> 1));
        throw error;
      }
      const { free } = host;
      grow(bytes.subarray(0, free));
      if (bytes.length > free) throw noSpace();
    },
    syncData: async () => {
      use();
      const mark = inode.mark();
      await host.delaySync();
      try {
        host.did("syncData", path);
        if (host.isReadOnly && inode.isDirty) throw readOnly();
      } catch (error) {
        inode.syncFailed(mark);
        throw error;
      }
      inode.synced(mark);
    },
    truncate: (length) => {
      change();
      host.did("truncate", path);
      inode.truncate(length);
    },
    readAt: (offset, into) => {
      use();
      host.did("readAt", path);
      const part = inode.data.subarray(offset, offset + into.length);
      for (const block of inode.unreadable) {
        const at = block * BLOCK_BYTES;
        if (at < offset + part.length && at + BLOCK_BYTES > offset) throw unreadable();
      }
      into.set(part);
      return part.length;
    },
    look: () => {
      use();
      host.did("look", path);
      return { place: host.placeOf(path, inode), size: inode.data.length };
    },
    close: () => {
      use();
      isOpen = false;
    },
  };
}
