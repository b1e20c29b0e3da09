import type { Priority } from "./priority.ts";

/** When the event happened. */
export interface EventTime {
  /** As Falco wrote it (RFC 3339, nanoseconds kept). */
  readonly text: string;
  /** Milliseconds since 1970, UTC, rounded down; negative before 1970. */
  readonly milliseconds: number;
}

/** A value of `output_fields`. Integers beyond 2^53 are `bigint` when parsed exactly. */
export type FieldValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [key: string]: FieldValue };

/**
 * One Falco event that has passed the checks falcosidekick makes (`types/types.go`, `Check()`),
 * apart from the differences README lists.
 */
export interface FalcoEvent {
  /** Only when the sender set one; Falco itself does not. */
  readonly uuid: string | undefined;
  readonly rule: string;
  readonly priority: Priority;
  readonly time: EventTime;
  /** "" when the sender left it out (`json_include_output_property: false`). */
  readonly output: string;
  readonly outputFields: Readonly<Record<string, FieldValue>>;
  /** `syscall`, `k8s_audit`, …; `syscall` when left out, `internal` for falcosidekick's test rule. */
  readonly source: string;
  readonly tags: readonly string[];
  /** "" when left out. */
  readonly hostname: string;
}
