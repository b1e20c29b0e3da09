import assert from "node:assert/strict";
import type { BufferStatus } from "../../../src/buffer/buffer.ts";
import { type Ledger, segmentDigits } from "./ledger.ts";
import { lossesIn } from "./reported_losses.ts";

/**
 * Notes what a run's log says is lost: nothing may be said of what is whole, and counters must agree.
 *
 * @param status undefined of a run that never came so far
 * @param mayBeForeign whether segments may belong to another log than the cursor
 */
export function noteLosses(
  lines: readonly string[],
  ledger: Ledger,
  log: string,
  status: BufferStatus | undefined,
  mayBeForeign: boolean,
): void {
  const { lost, inDamage, found, met, cut, foreign, ...told } = lossesIn(lines);
  for (const range of lost) ledger.reported.push({ log, ...range });
  for (const { path, ...range } of inDamage) ledger.lostInDamage({ log, ...range }, path);
  for (const path of cut) ledger.cut.add(segmentDigits(path)!);
  for (const path of foreign) assert.ok(mayBeForeign, `${path} is taken for another log's`);
  // A write that a crash has reordered looks as if it were damaged.
  for (const path of found) ledger.harmed.add(segmentDigits(path)!);
  for (const path of met) {
    assert.ok(ledger.harmed.has(segmentDigits(path)!), `false alarm: ${path}`);
  }
  if (!status) return;
  const { droppedEvents, corrupt, corruptEvents } = status;
  assert.deepEqual(
    { droppedEvents, corrupt, corruptEvents },
    { droppedEvents: told.dropped, corrupt: met.length, corruptEvents: told.corruptEvents },
  );
}
