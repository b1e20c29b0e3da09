import { basename } from "node:path";
import { duePath, keptPath, listSetAside, setAsideFolder } from "../buffer/set_aside_folder.ts";
import type { Disk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { counted } from "./buffer_count.ts";
import { bufferDirectory } from "./buffer_directory.ts";

/**
 * `falco-lake buffer retry`: has batches that were set aside shipped again, under the keys that they
 * had; by the agent that runs, at its next interval, or else by the next one.
 *
 * @param names as `buffer ls` shows them, or paths; none for all
 * @returns 1 when one of the names is none of a batch that is set aside; the others are marked
 */
export async function bufferRetry(
  names: readonly string[],
  configFile: string | undefined,
  process: Process,
  disk: Pick<Disk, "list" | "rename" | "syncDirectory">,
): Promise<number> {
  const directory = await bufferDirectory(configFile, process);
  const entries = listSetAside(disk, directory);
  const isOf = (path: string, name: string) =>
    keptPath(basename(path)) === keptPath(basename(name));
  const chosen = names.length === 0
    ? entries
    : entries.filter(({ path }) => names.some((name) => isOf(path, name)));
  const unknown = names.filter((name) => !chosen.some(({ path }) => isOf(path, name)));
  for (const name of unknown) {
    process.err(`falco-lake: ${name}: not in ${setAsideFolder(directory)}; see buffer ls\n`);
  }
  const kept = chosen.filter(({ isDue }) => !isDue);
  for (const { path } of kept) {
    disk.rename(path, duePath(path));
    process.out(`${basename(path)}: is tried again\n`);
  }
  if (kept.length > 0) await disk.syncDirectory(setAsideFolder(directory));
  const due = chosen.length - kept.length;
  if (due > 0) process.out(`${counted(due, "batch", "batches")} waited for that already\n`);
  if (chosen.length === 0 && names.length === 0) process.out("nothing is set aside\n");
  if (kept.length > 0) {
    process.out("at the next interval, or at once with SIGUSR2\n");
  }
  return unknown.length > 0 ? 1 : 0;
}
