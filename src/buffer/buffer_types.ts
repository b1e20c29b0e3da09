import type { Clock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";
import type { Random } from "../platform/random.ts";
import type { Log } from "../telemetry/log.ts";
import type { Intent } from "./cursor.ts";
import type { BufferState } from "./lifecycle.ts";
import type { SegmentSlice } from "./segment_slice.ts";
import type { SetAsideStatus } from "./set_aside.ts";

export interface BufferOptions {
  readonly directory: string;
  /** Bytes of all segments; the ring drops or refuses what would go beyond. */
  readonly maxSize: number;
  /** Bytes after which a new segment is begun. */
  readonly segmentSize: number;
  readonly whenFull: "dropoldest" | "reject";
  /**
   * When stored events are synced: before the answer; every so many milliseconds; or by the system
   * as it likes. Other than with `always`, power loss costs what was answered since the last sync.
   */
  readonly sync: "always" | "never" | number;
  /** Who holds the lock, for whoever finds it: "pid 123". */
  readonly owner: string;
}

export interface BufferDependencies {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Told of every commit that stored something. */
  readonly onCommit?: (commit: CommitFacts) => void;
}

export interface CommitFacts {
  readonly events: number;
  /** From the beginning of its write to the end of its sync. */
  readonly milliseconds: number;
}

/** Consecutive sequences that are shipped together. */
export interface Batch extends Intent {
  /** Where its records stand. Empty when damage or eviction left none of them. */
  readonly slices: readonly SegmentSlice[];
  readonly events: number;
}

/** The buffer in numbers. */
export interface BufferStatus {
  readonly state: BufferState;
  readonly logId: string;
  /** Stored and not yet acknowledged. */
  readonly events: number;
  /** Of all segment files. */
  readonly bytes: number;
  readonly last: number;
  readonly acknowledged: number;
  /** Whether a batch has been leased and not yet acknowledged, by this run or an earlier one. */
  readonly begun: boolean;
  /** Lost since the start: the ring was full, or somebody deleted their segment. */
  readonly droppedEvents: number;
  readonly droppedBytes: number;
  /** Damaged stretches found since the start, and the events that were lost in them. */
  readonly corrupt: number;
  readonly corruptEvents: number;
  /** Damaged segments that are kept. */
  readonly quarantined: number;
  readonly setAside: SetAsideStatus;
}
