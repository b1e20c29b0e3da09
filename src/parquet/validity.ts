/** Which values of a column are there, as Arrow wants it. */
export interface Validity {
  readonly nullCount: number;
  /** A bit per value, least significant first, 1 = there; undefined when all are. */
  readonly nullBitmap: Uint8Array | undefined;
}

const ALL_THERE: Validity = { nullCount: 0, nullBitmap: undefined };

/**
 * @param nullable false for REQUIRED columns. Their only missing values lie under an absent struct,
 *   which says so itself.
 */
export function validityOf(values: readonly unknown[], nullable: boolean): Validity {
  if (!nullable) return ALL_THERE;
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  let nullCount = 0;
  for (let at = 0; at < values.length; at++) {
    if (values[at] === undefined) nullCount++;
    else nullBitmap[at >> 3]! |= 1 << (at & 7);
  }
  return nullCount === 0 ? ALL_THERE : { nullCount, nullBitmap };
}
