import type { SegmentSlice } from "../buffer/segment_slice.ts";
import type { EncodedFile, EncodeSettings } from "./encode_batch.ts";

/** What the encoder's thread is asked. */
export interface EncodeRequest {
  readonly slices: readonly SegmentSlice[];
  readonly settings: EncodeSettings;
}

/** What comes out of a batch. */
export interface EncodedBatch {
  /** In the order of their eventDay; none when there was no readable record. */
  readonly files: readonly EncodedFile[];
  /** Records that are in the files. */
  readonly records: number;
  /** Stretches of the segments that hold no readable record; what stood there is lost. */
  readonly damaged: number;
}

/** What the encoder's thread answers. */
export type EncodeReply =
  | ({ readonly ok: true } & EncodedBatch)
  | { readonly ok: false; readonly message: string };
