import { KeyRanges } from "../torture/key_ranges.ts";
import { readRawData } from "../torture/raw_data.ts";
import { objectsIn } from "../torture/torture_lake.ts";
import { SeenEvents } from "./seen_events.ts";

export interface DayVerdict {
  /** Objects by the day of their partition. */
  readonly objects: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** What must not be; empty is good. */
  readonly violations: readonly string[];
}

/**
 * Reads a lake in a folder and looks whether it has the events of a day once, oldest first.
 *
 * @param uploaded the keys in the order in which they came
 */
export async function checkDay(
  directory: string,
  uploaded: readonly string[],
  sent: { readonly events: number; readonly rate: number },
): Promise<DayVerdict> {
  const seen = new SeenEvents(sent.rate, sent.events);
  const ranges = new KeyRanges();
  const objects: Record<string, number> = {};
  let bytes = 0;
  for await (const [key, content] of objectsIn(directory)) {
    const events = await readRawData(content);
    for (const event of events) seen.add(event);
    ranges.add(key, events.length);
    const [, day] = /\/eventDay=(\d{8})\//.exec(key) ?? [];
    objects[day ?? "?"] = (objects[day ?? "?"] ?? 0) + 1;
    bytes += content.length;
  }
  const { lost, doubled, invented } = seen.result;
  const violations = [...ranges.violations(), ...disorder(uploaded)];
  if (lost > 0) violations.push(`${lost} events are not in the lake`);
  if (doubled > 0) violations.push(`${doubled} rows repeat an event`);
  if (invented > 0) violations.push(`${invented} rows hold what nobody sent`);
  return { objects, bytes, violations };
}

/** Names the objects that came after younger ones. */
export function disorder(uploaded: readonly string[]): string[] {
  const firsts = uploaded.map((key) => Number(/-(\d+)-\d+\.parquet$/.exec(key)?.[1]));
  return uploaded.filter((_, at) => at > 0 && !(firsts[at]! >= firsts[at - 1]!))
    .map((key) => `not oldest first: ${key}`);
}
