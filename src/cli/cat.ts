import { readRows } from "../parquet/read_parquet.ts";
import type { Process } from "../platform/process.ts";

/** `falco-lake cat`: the rows of Parquet files, one JSON object per line, nulls left out. */
export async function cat(files: readonly string[], process: Process): Promise<number> {
  for (const file of files) {
    for (const row of await readRows(await process.readFile(file))) {
      process.out(`${JSON.stringify(row)}\n`);
    }
  }
  return 0;
}
