import { systemClock } from "../platform/clock.ts";
import { systemDisk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { createLog } from "../telemetry/log.ts";
import { type ImportItem, readImport, type Sequences } from "./import_events.ts";
import { type ImportTarget, openImportTarget } from "./import_target.ts";
import { readConfig } from "./read_config.ts";

/** Events and bytes that are stored together; a running agent takes them in one request. */
const [GROUP_EVENTS, GROUP_BYTES] = [1000, 1024 * 1024];

/**
 * `falco-lake import`: stores the events of files as if Falco had sent them: of refused requests that
 * were mended, of Falco's own logs, of quarantined or foreign segments. Through the agent where one
 * runs on the buffer, else into the buffer itself, for the agent's next start. Files stay as they
 * are; whoever imports one twice has its events twice, with the same `finding_info.uid`.
 *
 * @param sequences which records of segments are wanted; all if not given
 * @returns 1 when something could not be imported; the rest is
 */
export async function importFiles(
  files: readonly string[],
  configFile: string | undefined,
  sequences: Sequences | undefined,
  process: Process,
): Promise<number> {
  const { config } = await readConfig(configFile, process, { lakeRequired: false });
  const log = createLog((line) => process.err(line), systemClock);
  const target = await openImportTarget(config, systemDisk, log, process);
  let failed = false;
  const complain = (text: string) => {
    process.err(`falco-lake: ${text}\n`);
    failed = true;
  };
  const most = Math.min(GROUP_BYTES, config.receiver.maxbodysize);
  try {
    for (const file of files) {
      try {
        const items = readImport(systemDisk, file, sequences);
        const { maxbodysize } = config.receiver;
        const events = await importItems(items, file, target, { most, maxbodysize }, complain);
        process.out(`${file}: ${events} events accepted by ${target.name}\n`);
      } catch (error) {
        if ((error as Error).name === "BrokenPipe") throw error;
        complain(`${file}: ${(error as Error).message}`);
      }
    }
  } finally {
    await target.close();
  }
  return failed ? 1 : 0;
}

/** @returns how many events were stored */
async function importItems(
  items: Iterable<ImportItem>,
  file: string,
  target: ImportTarget,
  { most, maxbodysize }: { readonly most: number; readonly maxbodysize: number },
  complain: (text: string) => void,
): Promise<number> {
  let group: Uint8Array[] = [];
  let [bytes, stored, from] = [0, 0, ""];
  const store = async () => {
    if (group.length === 0) return;
    try {
      await target.store(group);
    } catch (error) {
      throw new Error(
        `stopped after ${stored} events, at ${from}: ${(error as Error).message}`,
        { cause: error },
      );
    }
    stored += group.length;
    [group, bytes] = [[], 0];
  };
  for (const item of items) {
    if (item.kind === "problem") {
      complain(item.text);
      continue;
    }
    const { payload, place } = item;
    const size = payload.length + 1; // and a line break
    if (size > maxbodysize) {
      complain(
        `${file}: ${place}: an event of ${payload.length} bytes, and receiver.maxbodysize is ` +
          `${maxbodysize}`,
      );
      continue;
    }
    if (group.length >= GROUP_EVENTS || bytes + size > most) await store();
    if (group.length === 0) from = place;
    group.push(payload.slice());
    bytes += size;
  }
  await store();
  return stored;
}
