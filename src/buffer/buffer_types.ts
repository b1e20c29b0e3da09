import type { Clock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import type { Intent } from "./cursor.ts";
import type { SegmentSlice } from "./segment_slice.ts";

export interface BufferOptions {
  readonly directory: string;
  /** Bytes of all segments; the ring drops or refuses what would go beyond. */
  readonly maxSize: number;
  /** Bytes after which a new segment is begun. */
  readonly segmentSize: number;
  readonly whenFull: "dropoldest" | "reject";
  /** Who holds the lock, for whoever finds it: "pid 123". */
  readonly owner: string;
}

export interface BufferDependencies {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Consecutive sequences that are shipped together. */
export interface Batch extends Intent {
  /** Where its records stand. Empty when damage or eviction left none of them. */
  readonly slices: readonly SegmentSlice[];
  readonly events: number;
}

/** The buffer in numbers. */
export interface BufferStatus {
  readonly logId: string;
  /** Stored and not yet acknowledged. */
  readonly events: number;
  /** Of all segment files. */
  readonly bytes: number;
  readonly last: number;
  readonly acknowledged: number;
  /** Whether a batch has been leased and not yet acknowledged, by this run or an earlier one. */
  readonly begun: boolean;
  /** Dropped since the start because the ring was full. */
  readonly droppedEvents: number;
  readonly droppedBytes: number;
  /** Why the last commit failed; undefined when it did not. */
  readonly failure: string | undefined;
}
