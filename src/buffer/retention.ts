import type { Intent } from "./cursor.ts";

/** A segment file that is no longer written to. */
export interface SealedSegment {
  readonly path: string;
  /** Sequence of its first record. */
  readonly first: number;
  /** Sequence of its last record, or a bound above it when a restart left only the name to go by. */
  readonly last: number;
  /** Bytes of the file that hold committed records, its header included. */
  readonly bytes: number;
}

/** What an append that needs room may drop. */
export interface EvictionPlan {
  readonly evict: readonly SealedSegment[];
  /** Whether the append fits once `evict` is gone. */
  readonly fits: boolean;
}

/**
 * Chooses the oldest sealed segments to drop so that `incoming` bytes fit below `maxSize`. What is
 * leased is never chosen: its keys are settled, and it may already stand in the lake in part.
 *
 * @param sealed oldest first
 * @param total bytes of all segments, the tail included
 */
export function planEviction(
  sealed: readonly SealedSegment[],
  lease: Intent | undefined,
  total: number,
  incoming: number,
  maxSize: number,
): EvictionPlan {
  const evict: SealedSegment[] = [];
  let excess = total + incoming - maxSize;
  for (const segment of sealed) {
    if (excess <= 0) break;
    if (lease && segment.first <= lease.last && segment.last >= lease.first) continue;
    evict.push(segment);
    excess -= segment.bytes;
  }
  return excess > 0 ? { evict: [], fits: false } : { evict, fits: true };
}

/** How many records of a segment the consumer has not acknowledged yet. */
export function unacknowledged(
  { first, last }: { readonly first: number; readonly last: number },
  acknowledged: number,
): number {
  return Math.max(0, last - Math.max(first - 1, acknowledged));
}
