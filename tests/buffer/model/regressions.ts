import type { Script, Setting } from "./steps.ts";

const SETTING: Setting = {
  segmentSize: 150,
  maxSize: 600,
  whenFull: "dropoldest",
  sync: "always",
  seed: 0,
  slowness: 0,
};

/** Histories that failed once, as short as they could be made; each says what was wrong. */
export const REGRESSIONS: readonly Script[] = [
  // A full ring refused the sync that a lease needs, so that nothing could be shipped ever again.
  [{ ...SETTING, whenFull: "reject", sync: "never" }, [
    { kind: "append", sizes: [0, 20, 0, 47], wait: false },
    { kind: "append", sizes: [24, 14, 58, 56], wait: false },
  ]],
  // The sync that a lease needs shared the outcome `full` of an append beside it.
  [{ ...SETTING, segmentSize: 347, whenFull: "reject", sync: 10 }, [
    { kind: "append", sizes: [0, 51, 42, 19], wait: false },
    { kind: "append", sizes: [53, 40], wait: false },
    { kind: "ship", events: 1, until: "acknowledged", wait: false },
    { kind: "append", sizes: [23, 26, 41], wait: false },
  ]],
  // After a failed sync a batch was leased whose records only the page cache had.
  [{ ...SETTING, sync: 10 }, [
    { kind: "append", sizes: [0], wait: false },
    { kind: "fail", operation: "syncData", full: false, once: true },
    { kind: "ship", events: 1, until: "leased", wait: true },
    { kind: "crash", seed: 0, again: [], fault: undefined },
  ]],
  // A tail that a lease gave up came back with a closed file, and every append failed from then on.
  [SETTING, [
    { kind: "append", sizes: [0], wait: true },
    { kind: "append", sizes: [0], wait: false },
    { kind: "takeSegment", segment: 0 },
    { kind: "ship", events: 1, until: "acknowledged", wait: false },
  ]],
  // One read error (EIO) made the cursor count as damaged: another log, everything shipped again.
  [SETTING, [{ kind: "crash", seed: 0, again: [4], fault: "readAt" }]],
  // Damage that reaches into the next batch was reported for the first one only.
  [SETTING, [
    { kind: "append", sizes: [0, 0, 9, 0], wait: false },
    { kind: "append", sizes: [0], wait: false },
    { kind: "fail", operation: "append", full: false, once: true },
    { kind: "heal" },
    { kind: "fail", operation: "append", full: false, once: true },
    { kind: "ship", events: 3, until: "acknowledged", wait: false },
    { kind: "fail", operation: "append", full: false, once: true },
    { kind: "decay", segment: 0, at: 0.828125, zero: true },
  ]],
  // The reserve that is made again was not expected to meet a folder that is gone.
  [SETTING, [
    { kind: "takeFolder" },
    { kind: "append", sizes: [0], wait: true },
    { kind: "takeFolder" },
  ]],
  // Without its lock, but with a tail that has room, nothing was shipped any more.
  [SETTING, [
    { kind: "append", sizes: [0], wait: true },
    { kind: "takeFile", name: "lock" },
  ]],
  // A file that a failed commit had left was taken for another agent's, and nothing was stored again.
  [SETTING, [
    { kind: "fail", operation: "append", full: false, once: true },
    { kind: "append", sizes: [0], wait: false },
    { kind: "takeFile", name: "lock" },
  ]],
  // What a killed run had not synced was leased by the next one, and lost with the power.
  [{ ...SETTING, segmentSize: 500, sync: 1000 }, [
    { kind: "append", sizes: [0, 0], wait: true },
    { kind: "kill" },
    { kind: "ship", events: 4, until: "leased", wait: true },
    { kind: "crash", seed: 3, again: [], fault: undefined },
  ]],
  // An acknowledged tail filled the ring for ever where only the next one's header did not fit.
  [SETTING, [{ kind: "append", sizes: [435], wait: false }]],
  // Damage that grew was told, and counted, only as it was at first.
  [{ ...SETTING, maxSize: 4000 }, [
    { kind: "append", sizes: [0], wait: true },
    { kind: "decay", segment: 0, at: 0, zero: true },
    { kind: "append", sizes: [0], wait: true },
    { kind: "ship", events: 1, until: "acknowledged", wait: false },
    { kind: "decay", segment: 0, at: 0, zero: true },
  ]],
  // A sequence was given again whose event was damaged, and named as lost, in a quarantined tail.
  [SETTING, [
    { kind: "append", sizes: [0, 0], wait: false },
    { kind: "turns", count: 2 },
    { kind: "fail", operation: "append", full: false, once: true },
    { kind: "decay", segment: 0, at: 0, zero: true },
    { kind: "ship", events: 1, until: "acknowledged", wait: true },
    { kind: "crash", seed: 0, again: [], fault: undefined },
  ]],
  // The cursor was lost, the tail empty, and recovery interrupted: the first sequences, and so the
  // first object's key, were given again.
  [{ ...SETTING, sync: 10 }, [
    { kind: "append", sizes: [0], wait: true },
    { kind: "ship", events: 1, until: "acknowledged", wait: true },
    { kind: "crash", seed: 0, again: [], fault: "append" },
    { kind: "harmCursor", at: 0, take: false },
    { kind: "crash", seed: 0, again: [12], fault: undefined },
  ]],
  // Not yet, but easily: a sync that failed is believed when it is repeated.
  [{ ...SETTING, sync: 1000 }, [
    { kind: "append", sizes: [0, 0], wait: true },
    { kind: "fail", operation: "syncData", full: true, once: true },
    { kind: "ship", events: 4, until: "leased", wait: true },
    { kind: "ship", events: 4, until: "leased", wait: true },
    { kind: "crash", seed: 2, again: [], fault: undefined },
  ]],
  // A batch whose segment was lost between its lease and its setting aside left an empty file there.
  [SETTING, [
    { kind: "append", sizes: [0], wait: true },
    { kind: "ship", events: 1, until: "aside", wait: false, ahead: false },
    { kind: "takeSegment", segment: 0 },
  ]],
  [{ ...SETTING, sync: "never" }, [
    { kind: "append", sizes: [0], wait: true },
    { kind: "ship", events: 1, until: "leased", wait: true, ahead: false },
    { kind: "ship", events: 1, until: "aside", wait: false, ahead: false },
    { kind: "cutSegment", segment: 0, at: 0 },
  ]],
];
