import type { Disk } from "../platform/disk.ts";
import type { ScanHint } from "./batch_scan.ts";
import { readReceivedTime, RECORD_HEADER_BYTES } from "./record.ts";
import { SEGMENT_HEADER_BYTES } from "./segment.ts";
import type { SealedSegment } from "./segment_state.ts";

/**
 * When an event was received, µs since 1970, for gauges: reads no more than a record's header.
 *
 * @param sequence of the event
 * @param hint where it stands; without one, its segment's first event answers for it
 * @returns undefined when it cannot be told
 */
export function readReceived(
  disk: Disk,
  segments: readonly SealedSegment[],
  sequence: number,
  hint: ScanHint | undefined,
): number | undefined {
  const segment = segments.find(({ last }) => last >= sequence);
  if (!segment) return undefined;
  const isHinted = hint?.segment === segment.first && hint.sequence === sequence &&
    hint.offset < segment.bytes;
  try {
    const file = disk.openForReading(segment.path);
    try {
      const bytes = new Uint8Array(RECORD_HEADER_BYTES);
      const read = file.readAt(isHinted ? hint.offset : SEGMENT_HEADER_BYTES, bytes);
      const least = isHinted ? sequence : segment.first;
      return readReceivedTime(bytes.subarray(0, read), least);
    } finally {
      file.close();
    }
  } catch {
    // A gauge is not worth an error: the next lease meets the same, and says it.
    return undefined;
  }
}
