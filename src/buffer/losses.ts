import type { Log } from "../telemetry/log.ts";
import { type SealedSegment, unacknowledged } from "./segment_state.ts";

/** Counts what was lost with whole segments, and says it. */
export class Losses {
  readonly #log: Log;
  #events = 0;
  #bytes = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  get events(): number {
    return this.#events;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A segment had to go because the ring was full. */
  evicted(segment: SealedSegment, acknowledged: number, maxSize: number): void {
    const events = this.#count(segment, acknowledged);
    const full = `Buffer - full (${maxSize} bytes)`;
    if (events === 0) {
      this.#log.warn(
        `${full}: removed ${segment.path}, all of which that could be read is in the lake`,
      );
      return;
    }
    this.#log.error(
      `${full}: dropped the oldest ${events} events, sequences ${segment.first} to ` +
        `${segment.last}; raise buffer.maxsize or mend the upload`,
    );
  }

  /** Somebody else has deleted a segment. */
  missing(segment: SealedSegment, acknowledged: number): void {
    const events = this.#count(segment, acknowledged);
    if (events === 0) return; // as one may with a quarantined one that is in the lake
    this.#log.error(
      `Buffer - ${segment.path} is missing, with ${events} events, sequences ${segment.first} to ` +
        `${segment.last}; nothing but falco-lake may delete files in buffer.directory`,
    );
  }

  #count(segment: SealedSegment, acknowledged: number): number {
    const events = unacknowledged(segment, acknowledged);
    this.#events += events;
    if (events > 0) this.#bytes += segment.bytes;
    return events;
  }
}
