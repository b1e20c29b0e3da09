import { readRows } from "../parquet/read_parquet.ts";
import type { Process } from "../platform/process.ts";

/**
 * `falco-lake cat`: the rows of Parquet files, one JSON object per line, nulls left out.
 *
 * @returns 1 when a file could not be read; the others are printed all the same
 */
export async function cat(files: readonly string[], process: Process): Promise<number> {
  let failed = false;
  for (const file of files) {
    try {
      for (const row of await readRows(await process.readFile(file))) {
        process.out(`${JSON.stringify(row)}\n`);
      }
    } catch (error) {
      if ((error as Error).name === "BrokenPipe") throw error;
      process.err(`falco-lake: ${file}: ${(error as Error).message}\n`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}
