import assert from "node:assert/strict";
import type { AppendOutcome } from "../../../src/buffer/group_commit.ts";
import type { MemoryDisk } from "../../support/memory_disk.ts";
import { DIRECTORY } from "../../support/open_buffer.ts";
import type { ModelLake } from "./model_lake.ts";
import { type Ledger, segmentDigits, type Sent } from "./ledger.ts";

/** @param mustLast whether what is answered must survive power loss */
export function answered(
  disk: MemoryDisk,
  sent: readonly Sent[],
  { kind }: AppendOutcome,
  mustLast: boolean,
): void {
  if (kind !== "stored") return;
  for (const one of sent) {
    one.isStored = true;
    if (mustLast && !one.excuse) mustBeDurable(disk, one);
  }
}

function mustBeDurable(disk: MemoryDisk, sent: Sent): void {
  const durable = isDurable(disk, sent);
  assert.ok(durable !== false, `${sent.text} is answered, but power loss would cost it`);
}

/** With another `sync` than `always`, power loss may cost what no batch holds yet. */
export function excuseUnsynced(
  disk: MemoryDisk,
  ledger: Ledger,
  lake: ModelLake,
  log: string,
): void {
  const leased = lake.lastOf(log);
  for (const sent of ledger.stored) {
    if (sent.log !== log || sent.sequence! <= leased || isDurable(disk, sent) !== false) continue;
    ledger.excuseOne(sent, "unsynced");
    ledger.harmed.add(sent.segment!);
  }
}

/** What a failed sync has lost but the kernel still shows, the next run cannot tell from the rest. */
export function excuseDoubtful(disk: MemoryDisk, ledger: Ledger): void {
  for (const name of disk.names(DIRECTORY)) {
    const path = `${DIRECTORY}/${name}`;
    if (!segmentDigits(name) || !disk.isDoubtful(path)) continue;
    ledger.excuse(path, "unsynced", disk.durableBytes(path));
  }
}

/** @returns undefined when its segment is not there any more */
function isDurable(disk: MemoryDisk, sent: Sent): boolean | undefined {
  const name = disk.names(DIRECTORY).find((name) => segmentDigits(name) === sent.segment);
  return name ? disk.durableBytes(`${DIRECTORY}/${name}`) >= sent.end : undefined;
}
