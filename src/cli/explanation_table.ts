import type { Explanation } from "../ocsf/explain.ts";
import { DROPPED } from "../ocsf/fields.ts";

/** Characters of a value that are shown. */
const LONGEST_VALUE = 40;

/** What `map --explain` shows a person of one event, line by line. */
export function explanationTable(
  event: number,
  rule: string,
  explanations: readonly Explanation[],
): string[] {
  const rows = explanations.map((one) => [one.field, short(one.value), whereTo(one)] as const);
  const widths = [0, 1].map((column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]!.length), 0)
  );
  return [
    `Event ${event}: ${rule}`,
    ...rows.map(([field, value, to]) =>
      `  ${field.padEnd(widths[0]!)}  ${value.padEnd(widths[1]!)}  ${to}`
    ),
    "",
  ];
}

function whereTo({ field, to, also, unmapped, empty }: Explanation): string {
  const parts = [...to, ...(to.length === 0 ? also : []), ...(unmapped ? ["unmapped"] : [])];
  if (parts.length > 0) return parts.join(", ");
  if (DROPPED.has(field)) return "nowhere: the event's time once more";
  return empty ? "nowhere: no value" : "nowhere else: other fields tell it as well";
}

const short = (value: string): string =>
  value.length <= LONGEST_VALUE ? value : `${value.slice(0, LONGEST_VALUE - 1)}…`;
