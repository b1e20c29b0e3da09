import { readRows } from "../parquet/read_parquet.ts";
import type { Disk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { listLake } from "./lake_files.ts";

/**
 * `falco-lake cat`: the rows of Parquet files, or of all that are below a folder, one JSON object per
 * line, nulls left out.
 *
 * @returns 1 when a file could not be read; the others are printed all the same
 */
export async function cat(
  paths: readonly string[],
  process: Process,
  disk: Pick<Disk, "list" | "listDirectories">,
): Promise<number> {
  let failed = false;
  const attempt = async (path: string, print: () => Promise<void>) => {
    try {
      await print();
    } catch (error) {
      if ((error as Error).name === "BrokenPipe") throw error;
      process.err(`falco-lake: ${path}: ${(error as Error).message}\n`);
      failed = true;
    }
  };
  for (const path of paths) {
    await attempt(path, async () => {
      for (const file of filesOf(path, disk)) {
        await attempt(file, async () => {
          for (const row of await readRows(await process.readFile(file))) {
            process.out(`${JSON.stringify(row)}\n`);
          }
        });
      }
    });
  }
  return failed ? 1 : 0;
}

function filesOf(path: string, disk: Pick<Disk, "list" | "listDirectories">): string[] {
  try {
    return listLake(disk, path).map(({ partition, name }) =>
      [path, partition, name].filter((part) => part !== "").join("/")
    );
  } catch (error) {
    // A file; or what is not there, which reading says better.
    if (["NotADirectory", "NotFound"].includes((error as Error).name)) return [path];
    throw error;
  }
}
