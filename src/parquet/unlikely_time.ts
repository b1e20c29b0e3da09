import type { MappedRecord } from "./layout.ts";

const FIRST = Date.UTC(1980, 0, 1);
/** Milliseconds that the clocks of two hosts, or somebody's idea of a time zone, may differ by. */
const AHEAD = 86_400_000;

/**
 * Whether the time that an event says is hardly its own: before 1980, as of a host without a clock,
 * or more than a day after it was received. It is filed under that day all the same; but what is no
 * possible `time` of OCSF's has the time it was received, and its own in `original_time`.
 */
export function hasUnlikelyTime(row: MappedRecord, receivedMicroseconds: number): boolean {
  const received = receivedMicroseconds / 1000;
  const isReplaced = row.class_uid === 2004 && row.time === Math.floor(received);
  const said = isReplaced ? Date.parse(row.metadata.original_time ?? "") : row.time;
  return said < FIRST || said > received + AHEAD;
}
