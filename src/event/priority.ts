/**
 * Falco's eight priorities, most severe first, in the spelling Falco writes.
 *
 * Source: Falco docs "Rules / priorities"; falcosidekick `types/priority.go`.
 */
export const PRIORITIES = [
  "Emergency",
  "Alert",
  "Critical",
  "Error",
  "Warning",
  "Notice",
  "Informational",
  "Debug",
] as const;

export type Priority = (typeof PRIORITIES)[number];

const BY_NAME = new Map<string, Priority>([
  ...PRIORITIES.map((priority) => [priority.toLowerCase(), priority] as const),
  ["info", "Informational"],
]);

/**
 * Reads a priority as falcosidekick does: any case, `info` for Informational; "warn", "" and
 * anything with spaces are not priorities.
 */
export function parsePriority(text: string): Priority | undefined {
  return BY_NAME.get(text.toLowerCase());
}
