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
  if (!isSegment(bytes)) return { kind: "damaged" };
  const version = view.getUint32(8, true);
  // The checksum is made as if the version were ours: another version may well keep its own
  // elsewhere, but a flipped bit in the number of ours is damage.
  const ours = bytes.slice(0, 40);
  new DataView(ours.buffer).setUint32(8, SEGMENT_VERSION, true);
  const isOurs = crc32(ours) === view.getUint32(40, true);
  if (version !== SEGMENT_VERSION) {
    return isOurs ? { kind: "damaged" } : { kind: "unknownVersion", version };
  }
  if (!isOurs) return { kind: "damaged" };
  return {
    kind: "header",
    header: {
      logId: bytes.slice(16, 32).toHex(),
      first: getU64(view, 32),
    },
  };
}

/** Whether a file with these first bytes is a segment, of whatever version. */
export const isSegment = (bytes: Uint8Array): boolean =>
  bytes.length >= MAGIC.length && MAGIC.every((byte, at) => bytes[at] === byte);

const NAME = /^(\d{20})\.(seg|corrupt)$/;

/**
 * A segment is named by its first sequence, 20 digits, so that names sort as sequences do. One in
 * which damage was found is renamed, so that it is kept when what is left of it is in the lake.
 */
export const segmentName = (first: number, quarantined = false): string =>
  `${String(first).padStart(20, "0")}.${quarantined ? "corrupt" : "seg"}`;

export interface ParsedSegmentName {
  readonly first: number;
  readonly quarantined: boolean;
}

/** @returns undefined when a file of this name is no segment */
export function parseSegmentName(name: string): ParsedSegmentName | undefined {
  const match = NAME.exec(name);
  const first = Number(match?.[1]);
  // Larger ones are none of ours, and would come out rounded.
  if (!Number.isSafeInteger(first) || first < 1) return undefined;
  return { first, quarantined: match?.[2] === "corrupt" };
}
