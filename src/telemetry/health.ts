/** Whether the agent does its work. */
export interface Readiness {
  readonly ready: boolean;
  /** Why not; a sentence each. */
  readonly reasons: readonly string[];
  /** What somebody should look at all the same; a sentence each. */
  readonly warnings: readonly string[];
}

/** What readiness follows from. */
export interface HealthFacts {
  readonly buffer: {
    readonly state: { readonly kind: string; readonly reason?: string };
    /** What the lake refused and is kept beside. Events are at most so many. */
    readonly setAside: {
      readonly batches: number;
      readonly events: number;
      readonly bytes: number;
    };
  };
  readonly uploads: UploadStatus;
}

/** How the uploads go. Times are milliseconds since 1970, or undefined for never. */
export interface UploadStatus {
  readonly lastSuccess: number | undefined;
  readonly failures: {
    /** Attempts without a success between. */
    readonly attempts: number;
    /** When the first of them failed. */
    readonly since: number;
    readonly lastAt: number;
    readonly lastError: string;
    readonly nextAttempt: number;
  } | undefined;
}

/**
 * Milliseconds that uploads may fail before the agent says that it is not ready. A day: until then
 * the buffer is there for just that, and a Service that takes the agent out of its endpoints would
 * have Falco lose what the agent could have kept.
 */
export const UPLOAD_PATIENCE = 24 * 3_600_000;

/** Whether events are taken, and reach the lake. */
export function readinessOf({ buffer, uploads }: HealthFacts, now: number): Readiness {
  const reasons: string[] = [];
  const { kind, reason } = buffer.state;
  if (kind !== "ready") {
    reasons.push(`the buffer is ${kind}${reason === undefined ? "" : `: ${reason}`}`);
  }
  const { failures } = uploads;
  if (failures && now - failures.since > UPLOAD_PATIENCE) {
    const since = new Date(failures.since).toISOString();
    reasons.push(`uploads have failed since ${since}: ${failures.lastError}`);
  }
  return { ready: reasons.length === 0, reasons, warnings: warningsOf(buffer) };
}

function warningsOf({ setAside: { batches, events } }: HealthFacts["buffer"]): string[] {
  if (batches === 0) return [];
  const [what, them] = batches === 1 ? ["1 batch is", "it"] : [`${batches} batches are`, "them"];
  return [
    `${what} set aside because the lake refused ${them}, ${events} events at most: see falco-lake ` +
    `buffer ls`,
  ];
}
