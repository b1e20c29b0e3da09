import { dirname } from "node:path";
import { type Disk, isNotFound } from "../platform/disk.ts";
import type { Check } from "./check_line.ts";

/**
 * Whether the lake's folder can be written to: a hidden file is made and removed again. A folder
 * that is missing is left to the agent, whose it must be: then its parent is looked at.
 */
export function* checkFolder(directory: string, pid: number, disk: Disk): Iterable<Check> {
  try {
    const written = writeNear(directory, pid, disk);
    const detail = written === directory
      ? `${directory} can be written to`
      : `${directory} is not there yet; ${written} can be written to, so the agent can make it`;
    yield { check: "folder", ok: true, detail, hint: "" };
  } catch (error) {
    const hint = "the agent's user must be able to write there, and the disk must have space";
    yield { check: "folder", ok: false, detail: (error as Error).message, hint };
  }
}

/** @returns the folder itself, or the nearest above it that exists */
function writeNear(directory: string, pid: number, disk: Disk): string {
  const path = `${directory}/.falco-lake-check-${pid}.tmp`;
  try {
    disk.remove(path); // of an earlier check that was killed
    const file = disk.create(path);
    try {
      file.append(new Uint8Array(1));
    } finally {
      file.close();
      disk.remove(path);
    }
    return directory;
  } catch (error) {
    const parent = dirname(directory);
    if (!isNotFound(error) || parent === directory) throw error;
    return writeNear(parent, pid, disk);
  }
}
