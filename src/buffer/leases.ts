import { type Disk, isUnreadable } from "../platform/disk.ts";
import type { Log } from "../telemetry/log.ts";
import { type BatchContents, type BatchLimits, scanBatch, type ScanHint } from "./batch_scan.ts";
import type { Batch } from "./buffer_types.ts";
import type { Intent } from "./cursor.ts";
import { DamageReport } from "./damage_report.ts";
import { readReceived } from "./read_received.ts";
import type { SegmentLog } from "./segment_log.ts";
import type { SealedSegment } from "./segment_state.ts";

/** Scans for a batch that may meet unreadable blocks (EIO) before those count as damage. */
const READ_ATTEMPTS = 5;

export interface LeasesDependencies {
  readonly disk: Disk;
  readonly directory: string;
  readonly logId: string;
  readonly segments: SegmentLog;
  readonly log: Log;
  /** A segment's file is not there. @throws when that is because the whole folder is not */
  missing(segment: SealedSegment): void;
}

/** Finds the records of batches, and protects them from eviction until they are acknowledged. */
export class Leases {
  readonly #dependencies: LeasesDependencies;
  readonly damage: DamageReport;
  /** The leased batch and the one behind it, or the segments that a scan for one of them reads. */
  #protected: Intent | undefined;
  #hint: ScanHint | undefined;
  /** When the oldest event of the leased batch was received. */
  #oldest: number | undefined;
  #failures = 0;

  /** @param begun the batch that an earlier run began */
  constructor(dependencies: LeasesDependencies, begun: Intent | undefined) {
    this.#dependencies = dependencies;
    this.damage = new DamageReport(dependencies.log);
    this.#protected = begun;
  }

  /** What may not be dropped. */
  get protected(): Intent | undefined {
    return this.#protected;
  }

  /**
   * Looks for the records from `first` to at most `last`; what it found stays protected.
   *
   * Damage that it meets quarantines its segment. Blocks that the disk cannot read throw at first,
   * because that may pass; after five scans for a batch they are damage, or they would hold up
   * everything behind them for ever.
   */
  async find(first: number, last: number, limits: BatchLimits): Promise<Batch> {
    const contents = await this.#scan(first, last, limits);
    this.#oldest = contents.oldest;
    return this.#found(first, contents);
  }

  /** As `find`, for the batch behind the leased one, which stays protected, too. */
  async findBehind(leased: Intent, last: number, limits: BatchLimits): Promise<Batch> {
    const first = leased.last + 1;
    return this.#found(leased.first, await this.#scan(first, last, limits), first);
  }

  /** What was found behind the leased batch is not wanted any more, and may be dropped. */
  forgetBehind({ first, last }: Intent): void {
    this.#protected = { first, last };
  }

  /** The leased batch is in the lake. @param next the one that is leased from now on */
  release(next?: Intent): void {
    this.#protected = next && { first: next.first, last: next.last };
    this.#oldest = undefined;
    this.#failures = 0;
  }

  #found(protectedFrom: number, contents: BatchContents, first = protectedFrom): Batch {
    const { last, slices, events, hint } = contents;
    this.#protected = { first: protectedFrom, last };
    this.#hint = hint;
    return { first, last, slices, events };
  }

  /** When the event with this sequence, the oldest that waits, was received, µs since 1970. */
  receivedOldest(sequence: number): number | undefined {
    const { disk, segments } = this.#dependencies;
    return this.#oldest ?? readReceived(disk, segments.segments, sequence, this.#hint);
  }

  async #scan(first: number, last: number, limits: BatchLimits): Promise<BatchContents> {
    const { disk, directory, logId, segments, log, missing } = this.#dependencies;
    let renamed = false;
    const quarantine = (segment: SealedSegment): string => {
      if (segment.quarantined) return segment.path;
      renamed = true;
      return segments.quarantine(segment);
    };
    try {
      return await scanBatch(
        {
          disk,
          logId,
          tolerant: this.#failures >= READ_ATTEMPTS,
          claim: (segment) => {
            const before = this.#protected;
            this.#protected = {
              first: before?.first ?? first,
              last: Math.max(before?.last ?? 0, segment.last),
            };
            return segments.segments.some(({ path }) => path === segment.path);
          },
          missing,
          foreign: (segment, other) => {
            if (segment.quarantined) return;
            log.error(
              `Buffer - ${segment.path} belongs to another log, ${other}, and is not shipped; it ` +
                `is kept as ${quarantine(segment)}: falco-lake import stores its events`,
            );
          },
          damaged: (segment, damage) => {
            const path = quarantine(segment);
            this.damage.report(path, damage);
            return path;
          },
        },
        segments.segments,
        first,
        last,
        limits,
        this.#hint,
      );
    } catch (error) {
      if (isUnreadable(error)) this.#failures++;
      throw error;
    } finally {
      // Or after a crash it would be deleted as if it were whole.
      if (renamed) await disk.syncDirectory(directory);
    }
  }
}
