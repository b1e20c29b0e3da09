import { isUnreadable } from "../platform/disk.ts";
import type { ScanSource } from "./scan.ts";

/** What a disk reads at once, at the least; a bad sector costs one of these. */
const BLOCK_BYTES = 4096;

/**
 * Reads around what the disk cannot read (EIO): such a block comes out as zeros, which no record
 * looks like, so that a scan reports it as damage and goes on behind it.
 *
 * @param onUnreadable told of every such block
 */
export function tolerantSource(
  source: ScanSource,
  onUnreadable: (offset: number) => void,
): ScanSource {
  const readBlock = (offset: number, into: Uint8Array): number => {
    try {
      return source.readAt(offset, into);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      onUnreadable(offset);
      into.fill(0);
      return into.length;
    }
  };
  return {
    readAt: (offset, into) => {
      try {
        return source.readAt(offset, into);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
      }
      let read = 0;
      while (read < into.length) {
        const at = offset + read;
        const size = Math.min(into.length - read, BLOCK_BYTES - at % BLOCK_BYTES);
        const count = readBlock(at, into.subarray(read, read + size));
        read += count;
        if (count < size) break;
      }
      return read;
    },
  };
}
