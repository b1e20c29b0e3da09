import type { ReadingDisk } from "../buffer/inspect_folder.ts";
import { waitingItems } from "../buffer/inspect_waiting.ts";
import { walkFiles } from "../buffer/inspect_walk.ts";
import type { BufferRecord } from "../buffer/record.ts";
import type { Process } from "../platform/process.ts";
import { bufferDirectory } from "./buffer_directory.ts";
import { isoMicroseconds } from "./buffer_time.ts";

/**
 * `falco-lake buffer cat`: what waits in a buffer, or all that some segments hold, oldest first, one
 * JSON object per line:
 *
 * - `"sequence"`
 * - `"received"`: when, in ISO 8601 with microseconds
 * - `"event"`: the JSON that was received, digit for digit, with spaces for line breaks; or, should
 *   it be none, `"raw"`: a string of it. Bytes that are no UTF-8 come out as U+FFFD in both.
 *
 * Damage is named on standard error. An event that is being stored just now may be printed already.
 *
 * @returns 1 when anything is damaged; the rest is printed all the same
 */
export async function bufferCat(
  files: readonly string[],
  configFile: string | undefined,
  process: Process,
  disk: ReadingDisk,
): Promise<number> {
  const items = files.length > 0
    ? walkFiles(disk, files)
    : waitingItems(disk, await bufferDirectory(configFile, process));
  let failed = false;
  for (const item of items) {
    if (item.kind === "record") process.out(`${lineOf(item.record)}\n`);
    if (item.kind === "damage") {
      process.err(`falco-lake: ${item.path}: ${item.text}\n`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function lineOf({ sequence, receivedMicroseconds, payload }: BufferRecord): string {
  const text = decoder.decode(payload);
  const received = JSON.stringify(isoMicroseconds(receivedMicroseconds) ?? null);
  // Inside a string of valid JSON no line can break, so these are between its tokens.
  const content = isJson(text)
    ? `"event":${text.replaceAll(/[\r\n]/g, " ")}`
    : `"raw":${JSON.stringify(text)}`;
  return `{"sequence":${sequence},"received":${received},${content}}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
