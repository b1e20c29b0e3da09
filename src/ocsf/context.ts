import type { Enrichment } from "../event/enrich.ts";
import type { OcsfVersion } from "./version.ts";

/** What a finding depends on besides the event. */
export interface MappingContext {
  /** The AWS region and account that the lake files the events under; "" when not configured. */
  readonly region: string;
  readonly accountId: string;
  readonly ocsfVersion: OcsfVersion;
  /** Whether findings have `raw_data`; they do unless it is false. */
  readonly rawData?: boolean;
  /** What is done to every event before it is mapped; `raw_data` and uid are those of the bytes. */
  readonly enrich?: Enrichment;
}

/** What was received, and when (microseconds since 1970, UTC). */
export interface ReceivedRecord {
  readonly payload: Uint8Array;
  readonly receivedMicroseconds: number;
}
