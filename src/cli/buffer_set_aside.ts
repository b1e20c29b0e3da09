import { basename } from "node:path";
import { listSetAside, reasonPath } from "../buffer/set_aside_folder.ts";
import type { ReadingDisk } from "../buffer/inspect_folder.ts";
import { isNotFound } from "../platform/disk.ts";

/** A line of `buffer ls` about a batch that the lake refused; behind those of the segments. */
export interface SetAsideLine {
  readonly kind: "setaside";
  /** In the folder `set-aside`. */
  readonly file: string;
  /** Whether it will be tried again. */
  readonly state: "kept" | "retry";
  readonly logId: string;
  /** Sequences. */
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** Why it is there; null when that cannot be read. */
  readonly reason: string | null;
}

/** @throws when the folder cannot be read */
export const setAsideLines = (disk: ReadingDisk, directory: string): SetAsideLine[] =>
  listSetAside(disk, directory).map(({ path, logId, first, last, bytes, isDue }) => ({
    kind: "setaside",
    file: basename(path),
    state: isDue ? "retry" : "kept",
    logId,
    first,
    last,
    bytes,
    reason: readReason(disk, reasonPath(path)),
  }));

function readReason(disk: ReadingDisk, path: string): string | null {
  try {
    const file = disk.openForReading(path);
    try {
      const bytes = new Uint8Array(Math.min(file.size(), 4096));
      return new TextDecoder().decode(bytes.subarray(0, file.readAt(0, bytes))).trim();
    } finally {
      file.close();
    }
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
