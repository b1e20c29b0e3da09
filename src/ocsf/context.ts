import type { OcsfVersion } from "./version.ts";

/** What a finding depends on besides the event. */
export interface MappingContext {
  /** The AWS region and account that the lake files the events under; "" when not configured. */
  readonly region: string;
  readonly accountId: string;
  readonly ocsfVersion: OcsfVersion;
}

/** What was received, and when (microseconds since 1970, UTC). */
export interface ReceivedRecord {
  readonly payload: Uint8Array;
  readonly receivedMicroseconds: number;
}
