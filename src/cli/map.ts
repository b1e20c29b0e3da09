import { mapRecord } from "../ocsf/map.ts";
import { systemClock } from "../platform/clock.ts";
import type { Process } from "../platform/process.ts";
import { readEvents } from "../receiver/read_events.ts";
import { readConfig } from "./read_config.ts";

/**
 * `falco-lake map`: Falco events, as the agent accepts them (newline-delimited, concatenated, or an
 * array), from files or standard input to OCSF, one JSON object per line, as they would be written
 * to the lake. What is no event is named on standard error.
 *
 * @returns 1 when something was no event
 */
export async function map(
  files: readonly string[],
  configFile: string | undefined,
  process: Process,
): Promise<number> {
  const { config } = await readConfig(configFile, process, { lakeRequired: false });
  const { region, accountid: accountId } = config.aws.securitylake;
  let refusedAny = false;
  for (const file of files.length > 0 ? files : ["-"]) {
    const bytes = file === "-"
      ? await new Response(process.stdin).bytes()
      : await process.readFile(file);
    const { events, refused, firstRefusal } = readEvents(bytes);
    const receivedMicroseconds = systemClock.now() * 1000;
    for (const { payload } of events) {
      const finding = mapRecord({ payload, receivedMicroseconds }, { region, accountId });
      process.out(`${JSON.stringify(finding)}\n`);
    }
    if (firstRefusal) {
      const { line, reason } = firstRefusal;
      const name = file === "-" ? "standard input" : file;
      process.err(`${name}:${line}: ${reason} (${refused} refused, ${events.length} mapped)\n`);
      refusedAny = true;
    }
  }
  return refusedAny ? 1 : 0;
}
