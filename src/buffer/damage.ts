/** A stretch of a segment that holds no readable record. */
export interface Damage {
  /** Byte offsets; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The first sequence that is missing, and how many are at most; 0 where none is. */
  readonly firstLost: number;
  readonly lost: number;
}

/** For people: where, and what it cost. */
export function describeDamage({ start, end, firstLost, lost }: Damage): string {
  const cost = lost === 0
    ? "no event stood there"
    : lost === 1
    ? `event ${firstLost} is lost`
    : `events ${firstLost} to ${firstLost + lost - 1} are lost`;
  return `bytes ${start} to ${end - 1}: ${cost}`;
}
