import { CURSOR_NAME } from "./cursor.ts";
import { Finder, type Finding } from "./inspect_finding.ts";
import { type FolderView, type ReadingDisk, viewFolder } from "./inspect_folder.ts";
import { walkFiles, walkFolder, type WalkItem } from "./inspect_walk.ts";

/** How it ended; the last item of a verification. */
export interface Summary {
  readonly kind: "summary";
  /** What was read. */
  readonly segments: number;
  readonly events: number;
  readonly bytes: number;
  /** How many findings are damage. */
  readonly damaged: number;
  /** How many events that cost, at most. */
  readonly lost: number;
}

/**
 * Reads every byte of a buffer and tells what is wrong with it, whether its agent runs or not.
 *
 * @throws when the folder cannot be read
 */
export function* verifyFolder(disk: ReadingDisk, directory: string): Generator<Finding | Summary> {
  const view = viewFolder(disk, directory);
  yield* summarize(withCursor(view, walkFolder(disk, view)));
}

/** The same for segments from anywhere, without their cursor. */
export function* verifyFiles(
  disk: ReadingDisk,
  paths: readonly string[],
): Generator<Finding | Summary> {
  yield* summarize(walkFiles(disk, paths));
}

/** Adds what the cursor has to do with it: its own faults, and events that stand nowhere. */
function* withCursor(view: FolderView, items: Iterable<WalkItem>): Generator<WalkItem> {
  const { directory, earlier, cursor, problem, acknowledged, segments } = view;
  const finder = new Finder(`${directory}/${CURSOR_NAME}`);
  if (problem) yield problem;
  const intent = cursor?.intent;
  if (intent && (intent.first !== acknowledged + 1 || intent.last < intent.first)) {
    yield finder.damage(
      `says that events ${intent.first} to ${intent.last} are being shipped, and that all up to ` +
        `${acknowledged} have been`,
    );
  }
  /** Every event up to this one stood somewhere, or has been told of. */
  let reached = 0;
  const gapBefore = function* (first: number): Generator<Finding> {
    const from = Math.max(reached, acknowledged) + 1;
    if (first > from) {
      yield new Finder(directory).note(
        `${first - from === 1 ? `event ${from} is` : `events ${from} to ${first - 1} are`} in no ` +
          `segment: dropped by a full buffer, or lost; the agent's log tells which`,
      );
    }
    reached = Math.max(reached, first - 1);
  };
  for (const item of items) {
    if (item.kind === "segment") yield* gapBefore(item.first ?? 0);
    else if (item.kind === "record") {
      yield* gapBefore(item.record.sequence);
      reached = Math.max(reached, item.record.sequence);
    } else if (item.kind === "passed") reached = Math.max(reached, item.last);
    else if (item.firstLost !== undefined && item.lost !== undefined) {
      yield* gapBefore(item.firstLost);
      reached = Math.max(reached, item.firstLost + item.lost - 1);
    }
    yield item;
  }
  const stored = earlier?.intent?.last ?? earlier?.acknowledged ?? 0;
  if (segments.length > 0 && stored > reached) {
    yield finder.damage(
      `says that events up to ${stored} were stored, but the newest segment ends with ` +
        `${reached}: its end is damaged, or files are missing`,
    );
  }
}

function* summarize(items: Iterable<WalkItem>): Generator<Finding | Summary> {
  let [segments, events, bytes, damaged, lost] = [0, 0, 0, 0, 0];
  for (const item of items) {
    if (item.kind === "segment") {
      segments++;
      bytes += item.bytes;
    } else if (item.kind === "record") events++;
    else if (item.kind === "damage" || item.kind === "note") {
      if (item.kind === "damage") damaged++;
      lost += item.lost ?? 0;
      yield item;
    }
  }
  yield { kind: "summary", segments, events, bytes, damaged, lost };
}
