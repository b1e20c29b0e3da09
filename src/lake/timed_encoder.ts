import type { SegmentSlice } from "../buffer/segment_slice.ts";
import type { EncodedFile, EncodeSettings } from "../parquet/encode_batch.ts";
import type { Encoder } from "../parquet/encoder.ts";
import type { Clock } from "../platform/clock.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Log } from "../telemetry/log.ts";
import type { EncodingAttempts } from "./encoding_attempts.ts";
import { inTime } from "./in_time.ts";
import { LOGGED_NAME } from "./output_name.ts";

/** A batch that cannot be encoded. */
export class EncodingError extends Error {}

/** Milliseconds for a batch; the largest takes some 10 s. */
const TIMEOUT = 600_000;

/** So often a batch may end the program before its large events are no longer read. */
const ENDED_PROGRAMS = 2;
/** Bytes. What ends the program is one event, as an object; an ordinary one has 1 to 5 KiB. */
const READ_BYTES = 64 * 1024;

export interface TimedEncoderDependencies {
  readonly encodings: Pick<EncodingAttempts, "begin" | "end">;
  readonly startEncoder: () => Encoder;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
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
    const { startEncoder, clock, metrics, encodings, log } = this.#dependencies;
    // One that is started after the end would go on regardless.
    this.#signal.throwIfAborted();
    const encoder = this.#encoder ??= startEncoder();
    const started = clock.monotonic();
    const batch = `${settings.logId}-${settings.first}`;
    const ended = encodings.begin(batch);
    const isCareful = ended >= ENDED_PROGRAMS;
    if (isCareful) {
      log.error(
        `${LOGGED_NAME} - falco-lake has ended ${ended} times while the events from sequence ` +
          `${settings.first} on were encoded: those above ${READ_BYTES / 1024} KiB are shipped ` +
          `unread now, in raw_data or unmapped`,
      );
    }
    try {
      const encode = () =>
        encoder.encode(slices, isCareful ? { ...settings, readBytes: READ_BYTES } : settings);
      // Without a limit, an encoder that hangs would stop the uploads without a word.
      const tooLate = new EncodingError(`encoding took over ${TIMEOUT / 1000} s`);
      const files = await inTime(clock, TIMEOUT, encode, { signal: this.#signal, tooLate });
      metrics.encoded(clock.monotonic() - started);
      return files;
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new EncodingError((error as Error).message, { cause: error });
    } finally {
      encodings.end(batch);
    }
  }

  /** Frees its memory, until something is to be encoded again. */
  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
  }
}
