import type { AwsErrorDescription } from "./aws_error.ts";

/** What an attempt that failed comes to. */
export interface StoreFailure extends AwsErrorDescription {
  /** Whether the object may stand there all the same. */
  readonly mayBeStored: boolean;
  /** Whether the store itself says that the object's key may not be written. */
  readonly refusesKey: boolean;
}

/** Where objects go. One implementation each for a folder and for S3. */
export interface Store {
  /** Where it writes to, for people: a path or `s3://bucket`. */
  readonly location: string;
  /** Looks whether it can be written to, as far as that costs nothing. @throws what is wrong */
  probe(): Promise<void>;
  /**
   * Stores an object whole, or not at all; replaces one with the same key. Durable when it returns.
   *
   * @param signal gives the attempt up
   * @throws when the outcome is unknown or the store refused; the same call may be repeated
   */
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** What to make of what `put` threw. */
  explain(error: unknown): StoreFailure;
}
