/** A stretch of one segment file that holds whole records. Plain data: it crosses to the encoder. */
export interface SegmentSlice {
  readonly path: string;
  /** Byte offset of the first record. */
  readonly start: number;
  /** Byte offset just past the last record that may be read: nothing behind it is committed. */
  readonly end: number;
  /** The least sequence that is wanted. */
  readonly first: number;
  /** The greatest sequence that is wanted. */
  readonly last: number;
}
