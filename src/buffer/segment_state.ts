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
  /** Whether damage was found in it, as its name says. */
  readonly quarantined: boolean;
}

/**
 * A segment's life: *absent → tail → sealed → leased → acknowledged → absent*. A failed upload or a
 * crash takes a lease back to *sealed*; a full ring takes *sealed* straight to *absent* (evicted).
 * *quarantined* is beside these: what is left of it is delivered like any other's, but the file
 * stays until the ring needs its room.
 *
 * None of it is stored as a flag. The newest file is the tail; the cursor file says what is leased
 * and what is acknowledged; the name says what is quarantined.
 */
export type SegmentState = "tail" | "sealed" | "leased" | "acknowledged" | "quarantined";

/** What a segment's state follows from, besides its name. */
export interface CursorView {
  /** Nothing at or below this sequence is wanted any more. */
  readonly acknowledged: number;
  /** What may not be dropped, because it is being shipped. */
  readonly lease: Intent | undefined;
}

export function segmentState(
  segment: SealedSegment,
  isTail: boolean,
  { acknowledged, lease }: CursorView,
): SegmentState {
  if (segment.quarantined) return "quarantined";
  if (isTail) return "tail";
  if (segment.last <= acknowledged) return "acknowledged";
  return isLeased(segment, lease) ? "leased" : "sealed";
}

export const isLeased = ({ first, last }: SealedSegment, lease: Intent | undefined): boolean =>
  lease !== undefined && first <= lease.last && last >= lease.first;

/** How many records of a segment the consumer has not acknowledged yet. */
export function unacknowledged(
  { first, last }: { readonly first: number; readonly last: number },
  acknowledged: number,
): number {
  return Math.max(0, last - Math.max(first - 1, acknowledged));
}
