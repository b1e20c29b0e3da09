import fc from "fast-check";
import type { BufferOptions } from "../../../src/buffer/buffer.ts";
import type { Operation } from "../../support/memory_faults.ts";

/** What a history is made with. Small enough that rings fill and segments end all the time. */
export interface Setting
  extends Pick<BufferOptions, "segmentSize" | "maxSize" | "whenFull" | "sync"> {
  /** Of all that is random in it but not a step. */
  readonly seed: number;
  /** How many turns of the microtask queue a sync takes at most. */
  readonly slowness: number;
}

/** Picks one of what there is: 0 is the first, almost 1 the last. */
export type Pick1 = number;

export type Step =
  | { readonly kind: "append"; readonly sizes: readonly number[]; readonly wait: boolean }
  /** Lets what is under way go on for a while. */
  | { readonly kind: "turns"; readonly count: number }
  | {
    readonly kind: "ship";
    readonly events: number;
    readonly until: "leased" | "put" | "acknowledged" | "aside";
    readonly wait: boolean;
    /** Whether the next batch is looked for before this one is acknowledged; not if not said. */
    readonly ahead?: boolean;
  }
  /** Somebody wants what was set aside to be tried again. */
  | { readonly kind: "retry"; readonly until: "put" | "shipped" | "refused" }
  /** Time goes on, and somebody sets the wall clock. */
  | { readonly kind: "tick"; readonly milliseconds: number; readonly jump: number }
  | {
    readonly kind: "fail";
    readonly operation: Operation;
    readonly full: boolean;
    readonly once: boolean;
  }
  | { readonly kind: "makeReadOnly" }
  | { readonly kind: "fill"; readonly left: number }
  | { readonly kind: "makeUnreadable"; readonly segment: number; readonly at: number }
  | { readonly kind: "heal" }
  | {
    readonly kind: "decay";
    readonly segment: number;
    readonly at: number;
    readonly zero: boolean;
  }
  | { readonly kind: "takeSegment"; readonly segment: number }
  | { readonly kind: "takeFile"; readonly name: "lock" | "reserve" }
  | { readonly kind: "cutSegment"; readonly segment: number; readonly at: number }
  | { readonly kind: "harmCursor"; readonly at: number; readonly take: boolean }
  | { readonly kind: "takeFolder" }
  | { readonly kind: "moveFolder" }
  | { readonly kind: "restart" }
  /** The process is killed, and started again. */
  | { readonly kind: "kill" }
  | {
    readonly kind: "crash";
    readonly seed: number;
    /** After how many turns of each recovery the next crash comes. */
    readonly again: readonly number[];
    /** What fails while it opens. */
    readonly fault: Operation | undefined;
  };

const OPERATIONS: readonly Operation[] = [
  "append",
  "syncData",
  "syncDirectory",
  "create",
  "rename",
  "remove",
  "truncate",
  "openForReading",
  "openForWriting",
  "readAt",
  "list",
  "look",
  "makeDirectory",
  "lock",
];
/** Reading is left out: what cannot be read for long is a matter of `makeUnreadable`. */
const STICKY: readonly Operation[] = [
  "append",
  "syncData",
  "syncDirectory",
  "create",
  "rename",
  "remove",
];

/** A number in [0, 1) that shrinks to 0. */
const fraction = fc.nat(63).map((part) => part / 64);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const just = <T>(value: T) => fc.constant(value);

/** Now and then a record over several of the disk's blocks. */
const size = fc.oneof(weighted(40, fc.nat(60)), weighted(1, fc.nat(9000)));

const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(
    24,
    fc.record({
      kind: just("append" as const),
      sizes: fc.array(size, { minLength: 1, maxLength: 4 }),
      wait: fc.boolean(),
    }),
  ),
  weighted(8, fc.record({ kind: just("turns" as const), count: fc.nat(30) })),
  weighted(
    14,
    fc.record({
      kind: just("ship" as const),
      events: fc.integer({ min: 1, max: 6 }),
      until: fc.constantFrom(
        "acknowledged" as const,
        "acknowledged" as const,
        "put" as const,
        "leased" as const,
        "aside" as const,
      ),
      wait: fc.boolean(),
      ahead: fc.boolean(),
    }),
  ),
  weighted(
    2,
    fc.record({
      kind: just("retry" as const),
      until: fc.constantFrom("put" as const, "shipped" as const, "refused" as const),
    }),
  ),
  weighted(
    3,
    fc.record({
      kind: just("tick" as const),
      milliseconds: fc.nat(4000),
      jump: fc.oneof(weighted(3, just(0)), weighted(1, fc.integer({ min: -2e7, max: 2e7 }))),
    }),
  ),
  weighted(
    6,
    fc.record({
      kind: just("fail" as const),
      operation: fc.constantFrom(...OPERATIONS),
      full: fc.boolean(),
      once: just(true),
    }),
  ),
  weighted(
    2,
    fc.record({
      kind: just("fail" as const),
      operation: fc.constantFrom(...STICKY),
      full: fc.boolean(),
      once: just(false),
    }),
  ),
  weighted(1, just<Step>({ kind: "makeReadOnly" })),
  weighted(1, fc.record({ kind: just("fill" as const), left: fc.nat(300) })),
  weighted(
    1,
    fc.record({ kind: just("makeUnreadable" as const), segment: fraction, at: fraction }),
  ),
  weighted(5, just<Step>({ kind: "heal" })),
  weighted(
    2,
    fc.record({
      kind: just("decay" as const),
      segment: fraction,
      at: fraction,
      zero: fc.boolean(),
    }),
  ),
  weighted(1, fc.record({ kind: just("takeSegment" as const), segment: fraction })),
  weighted(
    1,
    fc.record({
      kind: just("takeFile" as const),
      name: fc.constantFrom("lock" as const, "reserve" as const),
    }),
  ),
  weighted(1, fc.record({ kind: just("cutSegment" as const), segment: fraction, at: fraction })),
  weighted(
    1,
    fc.record({ kind: just("harmCursor" as const), at: fraction, take: fc.boolean() }),
  ),
  weighted(1, just<Step>({ kind: "takeFolder" })),
  weighted(1, just<Step>({ kind: "moveFolder" })),
  weighted(2, just<Step>({ kind: "restart" })),
  weighted(3, just<Step>({ kind: "kill" })),
  weighted(
    8,
    fc.record({
      kind: just("crash" as const),
      seed: fc.nat(0xffff),
      again: fc.oneof(weighted(3, just([])), weighted(1, fc.array(fc.nat(20), { maxLength: 2 }))),
      fault: fc.oneof(
        weighted(5, just(undefined)),
        weighted(1, fc.constantFrom(...OPERATIONS)),
      ),
    }),
  ),
);

const setting: fc.Arbitrary<Setting> = fc.record({
  segmentSize: fc.oneof(
    weighted(6, fc.integer({ min: 150, max: 500 })),
    weighted(1, fc.integer({ min: 500, max: 20_000 })),
  ),
  maxSize: fc.oneof(
    weighted(6, fc.integer({ min: 600, max: 4000 })),
    weighted(1, fc.integer({ min: 4000, max: 40_000 })),
  ),
  whenFull: fc.constantFrom("dropoldest" as const, "reject" as const),
  sync: fc.oneof(
    weighted(3, just("always" as const)),
    weighted(1, just("never" as const)),
    weighted(2, fc.constantFrom(10, 1000)),
  ),
  seed: fc.nat(0xffff),
  slowness: fc.nat(4),
});

/** A history: what is set up, and what happens then. */
export type Script = readonly [Setting, readonly Step[]];

export const script: fc.Arbitrary<[Setting, Step[]]> = fc.tuple(
  setting,
  fc.array(step, { maxLength: 40 }),
);
