import type { Fault } from "../../scripts/torture/s3_fault.ts";
import { CUT, UPLOAD_CAUSES, type UploadCause } from "./upload_causes.ts";

/** When in a PUT something goes wrong. */
export const UPLOAD_MOMENTS = [
  "before the body",
  "in the body",
  "after the body",
  "after storing",
  "in the answer",
] as const;

export type UploadMoment = typeof UPLOAD_MOMENTS[number];

/** A cause at a moment, and what becomes of it. */
export interface UploadFault {
  readonly cause: UploadCause;
  readonly moment: UploadMoment;
  /** What the agent can know of it. */
  readonly seen: UploadCause;
}

/**
 * Whether a cause can be met at a moment:
 *
 * - Without a connection there is one moment, before all others.
 * - What is on the way there can always answer in the store's place, also when the store has done
 *   its part. The store itself has stored nothing when it refuses (4xx), as S3 promises; of its own
 *   errors (5xx) nobody knows.
 *
 * An answer that breaks off says nothing but that: of what can answer after storing, it has stored.
 */
export function canBe({ how }: UploadCause, moment: UploadMoment): boolean {
  if (how.kind === "away" || how.kind === "endpoint") return moment === "before the body";
  if (how.kind === "cut" || moment !== "after storing") return true;
  return how.from === "way" || how.answer.status >= 500;
}

/** The table: each cause at each moment at which it can be. */
export const UPLOAD_FAULTS: readonly UploadFault[] = UPLOAD_CAUSES.flatMap((cause) =>
  UPLOAD_MOMENTS.filter((moment) => canBe(cause, moment)).map((moment) => ({
    cause,
    moment,
    seen: moment === "in the answer" ? CUT : cause,
  }))
);

/** The part of the body that the server reads first. */
const READ: Readonly<Record<UploadMoment, number>> = {
  "before the body": 0,
  "in the body": 0.5,
  "after the body": 1,
  "after storing": 1,
  "in the answer": 1,
};

/** Half of an answer: its status and, of ours, not all of the rest. */
const CUT_ANSWER = 0.5;

/** What our S3 server has to do; undefined when it is not even reached. */
export function serverFault({ cause, moment }: UploadFault): Fault | undefined {
  const { name, how } = cause;
  if (how.kind === "away" || how.kind === "endpoint") return undefined;
  const isCut = how.kind === "cut";
  const isInAnswer = moment === "in the answer";
  const stores = moment === "after storing" || (isInAnswer && canBe(cause, "after storing"));
  return {
    name: `${name} ${moment}`,
    read: READ[moment],
    store: stores ? "at once" : "never",
    silence: 0,
    // Cut in the middle of its answer, a server had a good one to give.
    answer: !isCut ? how.answer : isInAnswer ? 200 : "cut",
    ...(isInAnswer && { cutAnswer: CUT_ANSWER }),
  };
}
