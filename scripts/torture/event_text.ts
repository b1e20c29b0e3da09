import { seeded } from "./seeded.ts";

/** What command lines are cut out of: JSON's escapes and UTF-8 of all lengths are in it. */
const FILLER = Array.from(
  { length: 200 },
  (_, at) => `--option-${Math.imul(at + 1, 0x9e3779b1) >>> 0} "quoted\\path" naïve ✓ 𝄞\t`,
).join("");
const MOST_CHARACTERS = 4000;

/**
 * The event of a number, as a client sends it. It follows from the seed and the number alone, so
 * that a million of them can be compared without being kept.
 */
export function eventText(seed: number, id: number): string {
  const random = seeded(seed + Math.imul(id, 0x9e3779b1));
  const length = Math.floor(random() ** 3 * MOST_CHARACTERS);
  const start = Math.floor(random() * (FILLER.length - length));
  const nanoseconds = String(Math.floor(random() * 1e9)).padStart(9, "0");
  return JSON.stringify({
    output: `Event ${id} happened`,
    output_fields: { "proc.name": "sh", "proc.cmdline": FILLER.slice(start, start + length) },
    priority: "Warning",
    rule: `Rule ${id % 20}`,
    source: "syscall",
    tags: ["mitre_execution"],
    // Of two days, so that a batch has two objects and a kill can come between them.
    time: `2026-11-${20 + id % 2}T12:00:00.${nanoseconds}Z`,
  });
}

/** The number that an event says it has; undefined when it does not look like one of ours. */
export function eventId(text: string): number | undefined {
  const [, id] = /^\{"output":"Event (\d+) happened"/.exec(text) ?? [];
  return id === undefined ? undefined : Number(id);
}
