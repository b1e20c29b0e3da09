import { Comparison } from "./comparison.ts";
import { KeyRanges } from "./key_ranges.ts";
import type { Ledger } from "./ledger.ts";
import { readRawData } from "./raw_data.ts";
import type { TortureLake } from "./torture_lake.ts";

const MOST_NAMED = 20;

export interface LakeVerdict {
  readonly summary: string;
  /** What must not be; empty is good. */
  readonly violations: readonly string[];
}

/**
 * Reads the whole lake and compares it with what the clients know.
 *
 * @param uploaded keys of objects that must be there
 */
export async function compareLake(
  seed: number,
  ledger: Ledger,
  uploaded: Iterable<string>,
  lake: Pick<TortureLake, "objects">,
): Promise<LakeVerdict> {
  const [comparison, keys] = [new Comparison(seed, ledger), new KeyRanges()];
  let count = 0;
  for await (const [key, bytes] of lake.objects()) {
    const events = await readRawData(bytes);
    for (const event of events) comparison.add(event);
    keys.add(key, events.length);
    count += events.length;
  }
  const { lost, doubled, invented, unanswered } = comparison.finish();
  const missing = [...uploaded].filter((key) => !keys.has(key));
  return {
    summary: `The clients sent ${ledger.sent} events, and ${ledger.answered} were answered; ` +
      `the lake has ${count} rows in ${keys.objects} objects, ${unanswered} of them of events ` +
      `whose client was cut off: ` +
      `${lost.length} lost, ${doubled.length} doubled, ${invented.length} invented`,
    violations: [
      ...named("events were answered and are not in the lake", lost),
      ...named("events are in more than one row", doubled),
      ...named("rows hold what nobody sent", invented),
      ...named("objects were logged as uploaded and are not there", missing),
      ...named("mistakes in the keys", keys.violations()),
    ],
  };
}

function named(what: string, which: readonly (string | number)[]): string[] {
  if (which.length === 0) return [];
  const more = which.length > MOST_NAMED ? ", …" : "";
  return [`${which.length} ${what}: ${which.slice(0, MOST_NAMED).join(", ")}${more}`];
}
