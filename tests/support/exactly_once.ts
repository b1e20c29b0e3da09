import assert from "node:assert/strict";
import { KeyRanges } from "../../scripts/torture/key_ranges.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import type { TestLake } from "./test_lake.ts";

/**
 * Asserts that a lake holds each of these events in exactly one row, byte for byte, and nothing
 * else; and of each log that its keys' ranges follow one another without gap or overlap, with as
 * many rows as sequences.
 *
 * @param answered what got a 200
 * @param explain what to say when it does not
 */
export async function assertExactlyOnce(
  lake: Pick<TestLake, "objects">,
  answered: readonly string[],
  explain: () => string = () => "",
): Promise<void> {
  const events: unknown[] = [];
  const logs = new Map<string, KeyRanges>();
  for (const [key, bytes] of await lake.objects()) {
    const rows = await readRows(bytes);
    events.push(...rows.map((row) => row["raw_data"]));
    const logId = /\/([0-9a-f]{32})-/.exec(key)?.[1] ?? "";
    const ranges = logs.getOrInsertComputed(logId, () => new KeyRanges());
    ranges.add(key, rows.length);
  }
  assert.deepEqual(events.sort(), [...answered].sort(), explain());
  for (const ranges of logs.values()) assert.deepEqual(ranges.violations(), [], explain());
}
