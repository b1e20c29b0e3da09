import { type CursorView, isLeased, type SealedSegment, unacknowledged } from "./segment_state.ts";

/** What an append that needs room costs. */
export interface EvictionPlan {
  /** In the order in which they go. */
  readonly evict: readonly SealedSegment[];
  /** Whether the append fits once `evict` is gone; nothing is to be evicted when it does not. */
  readonly fits: boolean;
}

/**
 * Chooses the sealed segments to drop so that `incoming` bytes fit below `maxSize`: first those
 * that hold nothing anybody waits for (quarantined ones of which all that is readable is in the
 * lake), then, if the policy is to drop, the oldest. What is leased is never chosen: its keys are
 * settled, and it may already stand in the lake in part.
 *
 * @param sealed oldest first
 * @param total bytes of all segments, the tail included
 * @param mayDrop whether events that nobody has shipped may go
 */
export function planEviction(
  sealed: readonly SealedSegment[],
  view: CursorView,
  total: number,
  incoming: number,
  maxSize: number,
  mayDrop: boolean,
): EvictionPlan {
  const free = sealed.filter(({ last }) => last <= view.acknowledged);
  const droppable = mayDrop
    ? sealed.filter((segment) =>
      unacknowledged(segment, view.acknowledged) > 0 && !isLeased(segment, view.lease)
    )
    : [];
  const evict: SealedSegment[] = [];
  let excess = total + incoming - maxSize;
  for (const segment of [...free, ...droppable]) {
    if (excess <= 0) break;
    evict.push(segment);
    excess -= segment.bytes;
  }
  return excess > 0 ? { evict: [], fits: false } : { evict, fits: true };
}
