import { crc32 } from "node:zlib";
import { getU64, setU64 } from "./u64.ts";

/** Random bytes drawn when a buffer's folder is created; part of every object's key. */
export type LogId = string;

/** What a segment's header says. */
export interface SegmentHeader {
  /** 32 hexadecimal digits. */
  readonly logId: LogId;
  /** The sequence of its first record. */
  readonly first: number;
}

export const SEGMENT_HEADER_BYTES = 44;
/** Raised when the layout changes; a segment of another version is refused and left alone. */
export const SEGMENT_VERSION = 1;
const MAGIC = new TextEncoder().encode("FALCOSEG");

export function encodeSegmentHeader({ logId, first }: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, SEGMENT_VERSION, true);
  bytes.set(Uint8Array.fromHex(logId), 16);
  setU64(view, 32, first);
  view.setUint32(40, crc32(bytes.subarray(0, 40)), true);
  return bytes;
}

export type DecodedHeader =
  | { readonly kind: "header"; readonly header: SegmentHeader }
  | { readonly kind: "unknownVersion"; readonly version: number }
  | { readonly kind: "damaged" };

export function decodeSegmentHeader(bytes: Uint8Array): DecodedHeader {
  if (bytes.length < SEGMENT_HEADER_BYTES) return { kind: "damaged" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) return { kind: "damaged" };
  const version = view.getUint32(8, true);
  // Before the checksum: another version may well keep it elsewhere.
  if (version !== SEGMENT_VERSION) return { kind: "unknownVersion", version };
  if (crc32(bytes.subarray(0, 40)) !== view.getUint32(40, true)) return { kind: "damaged" };
  return {
    kind: "header",
    header: {
      logId: bytes.slice(16, 32).toHex(),
      first: getU64(view, 32),
    },
  };
}

const NAME = /^(\d{20})\.seg$/;

/** A segment is named by its first sequence, 20 digits, so that names sort as sequences do. */
export const segmentName = (first: number): string => `${String(first).padStart(20, "0")}.seg`;

/** The first sequence of the segment with this file name; undefined when it is no segment. */
export function parseSegmentName(name: string): number | undefined {
  const match = NAME.exec(name);
  return match ? Number(match[1]) : undefined;
}
