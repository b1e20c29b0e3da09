import { type Disk, isNotFound } from "../platform/disk.ts";
import type { LogId } from "./segment.ts";

/** A batch that the lake refused, in a file of its own. */
export interface SetAsideEntry {
  readonly path: string;
  /** That its objects' keys are made of, with the sequences of its first and last event. */
  readonly logId: LogId;
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** Whether somebody wants it to be tried again. */
  readonly isDue: boolean;
}

/** Below the buffer's folder. */
export const setAsideFolder = (directory: string): string => `${directory}/set-aside`;

/** As its objects are called, so that a batch has one file however often it comes here. */
const NAME = /^([0-9a-f]{32})-(\d{1,16})-(\d{1,16})\.(seg|retry)$/;

export interface BatchName {
  readonly logId: LogId;
  readonly first: number;
  readonly last: number;
}

export const setAsideName = ({ logId, first, last }: BatchName): string =>
  `${logId}-${first}-${last}.seg`;

/** The path of a batch that is to be tried again. */
export const duePath = (path: string): string => path.replace(/\.seg$/, ".retry");
/** The path of a batch that waits for somebody. */
export const keptPath = (path: string): string => path.replace(/\.retry$/, ".seg");
/** The path of a batch of which damage has cost some, once the rest is shipped. */
export const corruptPath = (path: string): string => path.replace(/\.(seg|retry)$/, ".corrupt");
/** The path of the text beside it that says why it is here. */
export const reasonPath = (path: string): string => path.replace(/\.(seg|retry)$/, ".txt");

/**
 * What is set aside, oldest first. None where nothing ever was.
 *
 * @throws when the folder cannot be read
 */
export function listSetAside(disk: Pick<Disk, "list">, directory: string): SetAsideEntry[] {
  const folder = setAsideFolder(directory);
  let files;
  try {
    files = disk.list(folder);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
  return files.flatMap(({ name, size }) => {
    const [, logId, first, last, kind] = NAME.exec(name) ?? [];
    if (logId === undefined) return [];
    return [{
      path: `${folder}/${name}`,
      logId,
      first: Number(first),
      last: Number(last),
      bytes: size,
      isDue: kind === "retry",
    }];
  }).sort((a, b) => a.first - b.first || (a.logId < b.logId ? -1 : 1));
}
