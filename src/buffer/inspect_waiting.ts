import { type ReadingDisk, viewFolder } from "./inspect_folder.ts";
import { walkFolder, type WalkItem } from "./inspect_walk.ts";

/**
 * Reads the events that wait for the lake, oldest first, whether the agent runs or not, and what is
 * damaged among them. Where the cursor cannot be read, all that is stored waits.
 *
 * @throws when the folder cannot be read
 */
export function* waitingItems(disk: ReadingDisk, directory: string): Generator<WalkItem> {
  const view = viewFolder(disk, directory);
  const { problem, acknowledged } = view;
  if (problem) yield problem;
  for (const item of walkFolder(disk, view, acknowledged)) {
    if (item.kind !== "record" || item.record.sequence > acknowledged) yield item;
  }
}
