import type { Disk } from "../platform/disk.ts";
import type { BufferRecord } from "./record.ts";
import { scanRecords } from "./scan.ts";
import type { SegmentSlice } from "./segment_slice.ts";

/**
 * The records of a batch, in order. Reads only; never past what was committed.
 *
 * @throws when something cannot be read any more that could when the batch was leased; another
 *   lease finds out what
 */
export function* readRecords(
  disk: Disk,
  slices: readonly SegmentSlice[],
): Generator<BufferRecord> {
  for (const slice of slices) {
    const file = disk.openForReading(slice.path);
    try {
      for (const item of scanRecords(file, slice)) {
        if (item.kind === "record") yield item.record;
        else {
          throw new Error(
            `${slice.path}: bytes ${item.start} to ${item.end - 1} have been damaged since the ` +
              `batch was leased`,
          );
        }
      }
    } finally {
      file.close();
    }
  }
}
