import type { ScanSource } from "./scan.ts";
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  SEGMENT_VERSION,
  type SegmentHeader,
} from "./segment.ts";

/**
 * Reads a segment's header.
 *
 * @throws when the segment has a version that this program does not know: it must be left alone
 */
export function readSegmentHeader(
  source: ScanSource,
  path: string,
): { readonly kind: "header"; readonly header: SegmentHeader } | { readonly kind: "damaged" } {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const decoded = decodeSegmentHeader(bytes.subarray(0, source.readAt(0, bytes)));
  if (decoded.kind !== "unknownVersion") return decoded;
  throw new Error(
    `${path}: format version ${decoded.version} is not known to this program (it knows ` +
      `${SEGMENT_VERSION}); run the version that wrote it, or move the file elsewhere`,
  );
}
