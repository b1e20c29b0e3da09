import { mapRecord } from "../ocsf/map.ts";
import { systemClock } from "../platform/clock.ts";
import type { Process } from "../platform/process.ts";
import { lineOf, readEvents } from "../receiver/read_events.ts";
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
    if (isBlank(bytes)) continue;
    const receivedMicroseconds = systemClock.now() * 1000;
    for (const item of readEvents(bytes)) {
      if (item.kind === "event") {
        const { payload } = item;
        const finding = mapRecord({ payload, receivedMicroseconds }, {
          region,
          accountId,
          ocsfVersion: config.lake.ocsfversion,
        });
        process.out(`${JSON.stringify(finding)}\n`);
      } else {
        const { offset, reason } = item.refusal;
        const name = file === "-" ? "standard input" : file;
        process.err(`${name}:${lineOf(bytes, offset)}: ${reason}\n`);
        refusedAny = true;
      }
    }
  }
  return refusedAny ? 1 : 0;
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20);
