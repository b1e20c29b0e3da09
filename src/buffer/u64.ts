export const TWO_32 = 2 ** 32;

/** Writes a non-negative safe integer as u64, little-endian. Several times faster than by BigInt. */
export function setU64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % TWO_32, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_32), true);
}

/** Reads a u64, little-endian. Values beyond 2^53 come out rounded: no count of ours gets there. */
export function getU64(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * TWO_32;
}
