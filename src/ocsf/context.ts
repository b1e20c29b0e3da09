/** The AWS account and region that the lake files the events under; "" when not configured. */
export interface MappingContext {
  readonly region: string;
  readonly accountId: string;
}

/** What was received, and when (microseconds since 1970, UTC). */
export interface ReceivedRecord {
  readonly payload: Uint8Array;
  readonly receivedMicroseconds: number;
}
