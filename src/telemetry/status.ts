import type { Clock } from "../platform/clock.ts";
import { type HealthFacts, readinessOf } from "./health.ts";

/** What `/status` tells, besides readiness. */
export interface StatusFacts extends HealthFacts {
  readonly version: string;
  /** That it was built from; undefined when it runs from source. */
  readonly commit: string | undefined;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly buffer: HealthFacts["buffer"] & {
    readonly logId: string;
    readonly events: number;
    readonly bytes: number;
    readonly last: number;
    readonly acknowledged: number;
    readonly droppedEvents: number;
    readonly corruptEvents: number;
    readonly quarantined: number;
  };
  /** Milliseconds. */
  readonly oldestAge: number;
  /** Seconds that this host's clock is ahead of S3's; undefined when it is not known. */
  readonly clockSkew: number | undefined;
}

/** The answer of `/status`, for people and programs: times in ISO 8601, UTC; null for never. */
export function statusOf(facts: StatusFacts, clock: Clock): unknown {
  const now = clock.now();
  const { ready, reasons, warnings } = readinessOf(facts, now);
  const { buffer, uploads } = facts;
  const { failures } = uploads;
  return {
    version: facts.version,
    commit: facts.commit ?? null,
    started: iso(facts.started),
    now: iso(now),
    clockSkewSeconds: facts.clockSkew ?? null,
    ready,
    reasons,
    warnings,
    buffer: {
      state: buffer.state.kind,
      reason: buffer.state.reason ?? null,
      logId: buffer.logId,
      events: buffer.events,
      bytes: buffer.bytes,
      oldestEventAgeSeconds: facts.oldestAge / 1000,
      lastSequence: buffer.last,
      acknowledgedSequence: buffer.acknowledged,
      droppedEvents: buffer.droppedEvents,
      corruptEvents: buffer.corruptEvents,
      quarantinedSegments: buffer.quarantined,
      setAside: buffer.setAside,
    },
    uploads: {
      lastSuccess: uploads.lastSuccess === undefined ? null : iso(uploads.lastSuccess),
      failures: failures
        ? {
          attempts: failures.attempts,
          since: iso(failures.since),
          lastAt: iso(failures.lastAt),
          lastError: failures.lastError,
          nextAttempt: iso(failures.nextAttempt),
        }
        : null,
    },
  };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
