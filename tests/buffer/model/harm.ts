import { CURSOR_NAME } from "../../../src/buffer/cursor.ts";
import { SEGMENT_HEADER_BYTES } from "../../../src/buffer/segment.ts";
import type { MemoryDisk } from "../../support/memory_disk.ts";
import { BLOCK_BYTES, PAGE_BYTES } from "../../support/memory_inode.ts";
import { DIRECTORY } from "../../support/open_buffer.ts";
import { type Ledger, segmentDigits } from "./ledger.ts";
import type { Step } from "./steps.ts";

/** Of a segment's format version, in its header. */
const VERSION_AT = 8;

const failure = (full: boolean) =>
  full
    ? new Error("No space left on device (os error 28)")
    : new Error("Input/output error (os error 5)");

/** Does to the disk what others do, and notes what may be lost by it. */
export function harm(step: Step, disk: MemoryDisk, ledger: Ledger): void {
  switch (step.kind) {
    case "fail": {
      const { operation, full, once } = step;
      // Or it would nearly always be the cursor's temporary file that is not removed or synced.
      const isOfSegment = operation === "remove" || (operation === "syncData" && full);
      const suffix = isOfSegment ? ".seg" : "";
      if (once) disk.failNext(operation, failure(full), suffix);
      else disk.fail(operation, failure(full), suffix);
      return;
    }
    case "makeReadOnly":
      disk.isReadOnly = true;
      return;
    case "fill":
      return disk.fill(step.left);
    case "makeUnreadable": {
      if ((ledger.unknowable ??= "blocks") !== "blocks") return;
      const path = pick(segments(disk), step.segment);
      if (!path) return;
      const offset = Math.floor(step.at * disk.read(path).length);
      const start = offset - offset % BLOCK_BYTES;
      disk.makeUnreadable(path, offset);
      return ledger.unreadable(path, start, start + BLOCK_BYTES);
    }
    case "decay": {
      const path = pick(segments(disk), step.segment);
      if (path && mayHarmEnd(path, disk, ledger)) decay(step, path, disk, ledger);
      return;
    }
    case "takeSegment": {
      const path = pick(segments(disk), step.segment);
      if (!path) return;
      ledger.excuse(path, "taken");
      return disk.takeAway(path);
    }
    case "takeFile":
      return disk.takeAway(`${DIRECTORY}/${step.name}`);
    case "cutSegment": {
      const path = pick(segments(disk), step.segment);
      if (!path || !mayHarmEnd(path, disk, ledger)) return;
      const length = Math.floor(step.at * disk.read(path).length);
      // What is appended then looks like a version that is not known, and is left alone as such.
      if (length >= VERSION_AT && length < VERSION_AT + 4) return;
      if (length < SEGMENT_HEADER_BYTES && !ledger.harmHeader(path)) return;
      ledger.excuse(path, "cut", length);
      return disk.cutOff(path, length);
    }
    case "harmCursor": {
      if ((ledger.unknowable ??= "cursor") !== "cursor") return;
      const path = `${DIRECTORY}/${CURSOR_NAME}`;
      if (!disk.names(DIRECTORY).includes(CURSOR_NAME)) return;
      if (step.take) return disk.takeAway(path);
      return disk.decay(path, (bytes) => flip(bytes, step.at));
    }
    case "takeFolder":
      for (const path of segments(disk)) ledger.excuse(path, "taken");
      return disk.takeFolderAway(DIRECTORY);
    case "moveFolder":
      return disk.moveAway(DIRECTORY);
  }
}

function decay(
  { at, zero }: Extract<Step, { readonly kind: "decay" }>,
  path: string,
  disk: MemoryDisk,
  ledger: Ledger,
): void {
  const { length } = disk.read(path);
  const offset = Math.floor(at * length);
  if (zero) {
    const start = Math.max(SEGMENT_HEADER_BYTES, offset - offset % PAGE_BYTES);
    const end = Math.min(length, start + PAGE_BYTES);
    disk.decay(path, (bytes) => bytes.fill(0, start, end));
    ledger.excuse(path, "decayed", start, end);
  } else {
    // Two hits may make another version of it, which is left alone as such.
    if (offset < SEGMENT_HEADER_BYTES && !ledger.harmHeader(path)) return;
    disk.decay(path, (bytes) => flip(bytes, at));
    ledger.excuse(path, "decayed", offset, offset + 1);
  }
}

/** Without a cursor, the newest segment's end is all that tells which sequences were given. */
const mayHarmEnd = (path: string, disk: MemoryDisk, ledger: Ledger): boolean =>
  path !== segments(disk).at(-1) || (ledger.unknowable ??= "blocks") === "blocks";

function flip(bytes: Uint8Array, at: number): void {
  const bit = Math.floor(at * bytes.length * 8);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
}

/** Of every segment, oldest first. */
const segments = (disk: MemoryDisk): string[] =>
  disk.names(DIRECTORY).filter((name) => segmentDigits(name)).map((name) => `${DIRECTORY}/${name}`);

const pick = (paths: readonly string[], at: number): string | undefined =>
  paths[Math.floor(at * paths.length)];
