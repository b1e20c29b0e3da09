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

/** What of a damage is outside another one of the same segment: what was lost since that was met. */
export function outside(damage: Damage, known: Damage): readonly Damage[] {
  const { start, end, firstLost, lost } = damage;
  if (known.end <= start || known.start >= end) return [damage];
  const next = firstLost + lost;
  const after = Math.max(firstLost, known.firstLost + known.lost);
  const parts = [
    { start, end: known.start, firstLost, lost: known.firstLost - firstLost },
    { start: known.end, end, firstLost: after, lost: next - after },
  ];
  return parts
    .filter((part) => part.start < part.end)
    .map((part) => ({ ...part, lost: Math.max(0, part.lost) }));
}
