import type { Damage } from "./damage.ts";
import { type BufferRecord, RECORD_HEADER_BYTES } from "./record.ts";
import { type ScanRange, scanRecords, type ScanSource } from "./scan.ts";

export type SegmentItem =
  | {
    readonly kind: "record";
    readonly record: BufferRecord;
    readonly start: number;
    readonly end: number;
  }
  | { readonly kind: "damage"; readonly damage: Damage };

/** As `scanRecords`, and says of every damage which sequences it cost. */
export function* scanSegment(source: ScanSource, range: ScanRange): Generator<SegmentItem> {
  let expected = range.first;
  let open: { readonly start: number; readonly end: number } | undefined;
  const costOf = (stretch: { readonly start: number; readonly end: number }, next: number) => ({
    kind: "damage" as const,
    damage: {
      ...stretch,
      firstLost: expected,
      lost: Math.min(
        next - expected,
        Math.floor((stretch.end - stretch.start) / RECORD_HEADER_BYTES),
      ),
    },
  });
  for (const item of scanRecords(source, range)) {
    if (item.kind === "damage") {
      open = item;
      continue;
    }
    if (open) yield costOf({ start: open.start, end: open.end }, item.record.sequence);
    open = undefined;
    yield item;
    expected = item.record.sequence + 1;
  }
  // `last` may be a bound that no record has: damage of n bytes cannot have cost more than it holds.
  if (open) yield costOf({ start: open.start, end: open.end }, range.last + 1);
}
