import type { SegmentSlice } from "../buffer/segment_slice.ts";
import type { EncodedFile, EncodeSettings } from "../parquet/encode_batch.ts";
import type { Encoder } from "../parquet/encoder.ts";
import type { Clock } from "../platform/clock.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { inTime } from "./in_time.ts";

/** A batch that cannot be encoded. */
export class EncodingError extends Error {}

/** Milliseconds for a batch; the largest takes some 10 s. */
const TIMEOUT = 600_000;

export interface TimedEncoderDependencies {
  readonly startEncoder: () => Encoder;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** An encoder that is started when it is needed, and given up when it takes too long. */
export class TimedEncoder {
  readonly #dependencies: TimedEncoderDependencies;
  readonly #signal: AbortSignal;
  #encoder: Encoder | undefined;

  /** @param signal ends it, and what it is at */
  constructor(dependencies: TimedEncoderDependencies, signal: AbortSignal) {
    this.#dependencies = dependencies;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.close());
  }

  /** @throws {EncodingError}; the signal's reason once it has aborted */
  async encode(
    slices: readonly SegmentSlice[],
    settings: EncodeSettings,
  ): Promise<readonly EncodedFile[]> {
    const { startEncoder, clock, metrics } = this.#dependencies;
    // One that is started after the end would go on regardless.
    this.#signal.throwIfAborted();
    const encoder = this.#encoder ??= startEncoder();
    const started = clock.monotonic();
    try {
      const encode = () => encoder.encode(slices, settings);
      // Without a limit, an encoder that hangs would stop the uploads without a word.
      const tooLate = new EncodingError(`encoding took over ${TIMEOUT / 1000} s`);
      const files = await inTime(clock, TIMEOUT, encode, { signal: this.#signal, tooLate });
      metrics.encoded(clock.monotonic() - started);
      return files;
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new EncodingError((error as Error).message, { cause: error });
    }
  }

  /** Frees its memory, until something is to be encoded again. */
  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
  }
}
