import type { Finding } from "../buffer/inspect_finding.ts";
import type { ReadingDisk } from "../buffer/inspect_folder.ts";
import { type Summary, verifyFiles, verifyFolder } from "../buffer/inspect_verify.ts";
import type { Process } from "../platform/process.ts";
import { counted } from "./buffer_count.ts";
import { bufferDirectory } from "./buffer_directory.ts";

/**
 * `falco-lake buffer verify`: reads all of a buffer, or of some segments, and names what is damaged.
 * For a person a line each and a last one that sums up; otherwise one JSON object per line:
 *
 * - `{"kind": "damage" | "note", "path", "text"}`, and where it is a stretch of the file, `"start"`
 *   and `"end"` (byte offsets, `end` exclusive), `"firstLost"` and `"lost"` (the first sequence that
 *   is missing, and how many are at most)
 * - last, `{"kind": "summary", "segments", "events", "bytes", "damaged", "lost"}`: what was read, how
 *   many damages were found and how many events they cost at most
 *
 * @returns 1 when anything is damaged
 */
export async function bufferVerify(
  files: readonly string[],
  configFile: string | undefined,
  process: Process,
  disk: ReadingDisk,
  asJson: boolean,
): Promise<number> {
  const items = files.length > 0
    ? verifyFiles(disk, files)
    : verifyFolder(disk, await bufferDirectory(configFile, process));
  let failed = false;
  for (const item of items) {
    process.out(`${asJson ? JSON.stringify(item) : describe(item)}\n`);
    if (item.kind === "damage") failed = true;
  }
  return failed ? 1 : 0;
}

function describe(item: Finding | Summary): string {
  if (item.kind !== "summary") return `${item.kind}: ${item.path}: ${item.text}`;
  const { segments, events, bytes, damaged, lost } = item;
  const read = `Read ${counted(segments, "segment")}, ${counted(events, "event")}, ` +
    counted(bytes, "byte");
  if (damaged === 0) return `${read}: nothing is damaged`;
  const cost = lost === 0 ? "no event" : `up to ${counted(lost, "event")}`;
  return `${read}: ${counted(damaged, "damage")} found, ${cost} lost`;
}
