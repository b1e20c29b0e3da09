import type { Batch, DueBatch } from "../buffer/buffer.ts";
import type { EncodedFile, EncodeSettings } from "../parquet/encode_batch.ts";

/** How objects are made, and where they go in the lake. */
export interface ObjectSettings extends Omit<EncodeSettings, "logId" | "first" | "last"> {
  readonly prefix: string;
}

/** A batch that comes next: from the buffer, or one that was set aside and is due again. */
export interface Load {
  readonly batch: Batch;
  /** That its objects' keys are made of. */
  readonly logId: string;
  readonly due?: DueBatch;
}

/** A load on its way: encoded once, and with what has arrived of it. */
export interface Shipment extends Load {
  /** With the destination that its intent has. */
  batch: Batch;
  readonly files: readonly EncodedFile[];
  /** That its files follow from. */
  readonly settings: ObjectSettings;
  /** What its keys begin with: see `keyRoot`. */
  root: string;
  readonly arrived: Set<EncodedFile>;
  /** Whether one of its objects may stand in the lake, whatever its attempt came to. */
  mayHaveArrived: boolean;
  /** How often the store has refused its keys. */
  refusals: number;
}
