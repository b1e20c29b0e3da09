import type { Config } from "../config/config.ts";
import type { Clock } from "../platform/clock.ts";
import { systemClock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";
import { systemDisk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { checkBucket } from "./check_bucket.ts";
import { checkFolder } from "./check_folder.ts";
import type { Check } from "./check_line.ts";
import { checkLine } from "./check_line.ts";

export interface CheckOnlineOptions {
  /** Whether an object is put into the bucket, to see whether that is allowed. */
  readonly probe: boolean;
  /** Whether each line is a JSON object. */
  readonly json: boolean;
}

/**
 * `falco-lake check --online`: whether the lake can be reached and written to, with one line for
 * each thing as soon as it is known. A bucket takes less than a minute, whatever happens.
 *
 * @returns whether nothing failed; what could not be found out does not count
 */
export async function checkOnline(
  config: Config,
  { probe, json }: CheckOnlineOptions,
  process: Process,
  { clock, disk }: { readonly clock: Clock; readonly disk: Disk } = {
    clock: systemClock,
    disk: systemDisk,
  },
): Promise<boolean> {
  const checks: AsyncIterable<Check> | Iterable<Check> = config.lake.directory === ""
    ? checkBucket(config, probe, { clock, disk })
    : checkFolder(config.lake.directory, process.pid, disk);
  let good = true;
  for await (const check of checks) {
    process.out(`${json ? JSON.stringify(check) : checkLine(check)}\n`);
    if (check.ok === false) good = false;
  }
  return good;
}
