import type { SegmentSlice } from "../buffer/segment_slice.ts";
import type { EncodedFile, EncodeSettings } from "./encode_batch.ts";

/** What the encoder's thread is asked. */
export interface EncodeRequest {
  readonly slices: readonly SegmentSlice[];
  readonly settings: EncodeSettings;
}

/** What the encoder's thread answers. */
export type EncodeReply =
  /** In the order of their eventDay. */
  | { readonly ok: true; readonly files: readonly EncodedFile[] }
  | { readonly ok: false; readonly message: string };
