import type { Disk } from "../platform/disk.ts";
import type { BufferRecord } from "./record.ts";
import { scanRecords } from "./scan.ts";
import type { SegmentSlice } from "./segment_slice.ts";

/**
 * The records of a batch, in order. Reads only; never past what was committed.
 *
 * @param onDamage told of every stretch without a readable record; reading goes on behind it
 */
export function* readRecords(
  disk: Disk,
  slices: readonly SegmentSlice[],
  onDamage: (path: string, offset: number, bytes: number) => void = () => {},
): Generator<BufferRecord> {
  for (const slice of slices) {
    const file = disk.openForReading(slice.path);
    try {
      for (const item of scanRecords(file, slice)) {
        if (item.kind === "record") yield item.record;
        else onDamage(slice.path, item.start, item.end - item.start);
      }
    } finally {
      file.close();
    }
  }
}
