import { crc32 } from "node:zlib";
import { getU64, setU64 } from "./u64.ts";
import type { Disk } from "../platform/disk.ts";
import type { LogId } from "./segment.ts";

/** A batch that is being shipped: its range is leased, and its objects' keys are settled. */
export interface Intent {
  /** The batch's first sequence. */
  readonly first: number;
  /** The batch's last sequence. */
  readonly last: number;
  /** Where its objects go, in the shipper's words, so that another run can go on there. */
  readonly destination?: string;
}

/** How far the lake's consumer has come. Only ever moves forward. */
export interface Cursor {
  readonly logId: LogId;
  /** Nothing at or below this sequence is wanted any more; 0 at the beginning. */
  readonly acknowledged: number;
  /** Durable before the first PUT of a batch, so that a crash repeats the same range and keys. */
  readonly intent: Intent | undefined;
}

export const CURSOR_NAME = "cursor-lake";
/** Of one without a destination. */
const CURSOR_BYTES = 60;
const CURSOR_VERSION = 1;
const MAGIC = new TextEncoder().encode("FALCOCUR");

export function encodeCursor({ logId, acknowledged, intent }: Cursor): Uint8Array {
  const destination = new TextEncoder().encode(intent?.destination ?? "");
  const bytes = new Uint8Array(CURSOR_BYTES + destination.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, CURSOR_VERSION, true);
  view.setUint32(12, destination.length, true);
  bytes.set(Uint8Array.fromHex(logId), 16);
  setU64(view, 32, acknowledged);
  setU64(view, 40, intent?.first ?? 0);
  setU64(view, 48, intent?.last ?? 0);
  bytes.set(destination, 56);
  const end = 56 + destination.length;
  view.setUint32(end, crc32(bytes.subarray(0, end)), true);
  return bytes;
}

export type DecodedCursor =
  | { readonly kind: "cursor"; readonly cursor: Cursor }
  /** Written by a program that keeps its cursors otherwise. */
  | { readonly kind: "unknownVersion"; readonly version: number }
  | { readonly kind: "damaged" };

export function decodeCursor(bytes: Uint8Array): DecodedCursor {
  if (bytes.length < 12) return { kind: "damaged" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) return { kind: "damaged" };
  const version = view.getUint32(8, true);
  // As with segments: a flipped bit in the version is damage, not another version.
  const isOurs = isWhole(bytes, view);
  if (version !== CURSOR_VERSION) {
    return isOurs ? { kind: "damaged" } : { kind: "unknownVersion", version };
  }
  if (!isOurs) return { kind: "damaged" };
  const first = getU64(view, 40);
  const destination = new TextDecoder().decode(bytes.subarray(56, -4));
  const cursor = {
    logId: bytes.slice(16, 32).toHex(),
    acknowledged: getU64(view, 32),
    intent: first === 0
      ? undefined
      : { first, last: getU64(view, 48), ...(destination && { destination }) },
  };
  return { kind: "cursor", cursor };
}

/** Whether length and checksum are right, were its version ours. */
function isWhole(bytes: Uint8Array, view: DataView): boolean {
  if (bytes.length < CURSOR_BYTES) return false;
  if (bytes.length !== CURSOR_BYTES + view.getUint32(12, true)) return false;
  const end = bytes.length - 4;
  const ours = bytes.slice(0, end);
  new DataView(ours.buffer).setUint32(8, CURSOR_VERSION, true);
  return crc32(ours) === view.getUint32(end, true);
}

/**
 * Writes the cursor so that a crash leaves the old one or the new one, whole: a temporary file,
 * its sync, a rename, the folder's sync. When this returns the cursor is durable.
 */
export async function commitCursor(disk: Disk, directory: string, cursor: Cursor): Promise<void> {
  const temporary = `${directory}/${CURSOR_NAME}.tmp`;
  disk.remove(temporary);
  const file = disk.create(temporary);
  try {
    file.append(encodeCursor(cursor));
    await file.syncData();
  } finally {
    file.close();
  }
  disk.rename(temporary, `${directory}/${CURSOR_NAME}`);
  await disk.syncDirectory(directory);
}
