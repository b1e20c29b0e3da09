/**
 * A received time, in ISO 8601 with microseconds: `2026-11-21T12:00:00.123456Z`.
 *
 * @param microseconds since 1970, whole
 * @returns undefined when there is none, or it is none that a calendar has
 */
export function isoMicroseconds(microseconds: number | undefined): string | undefined {
  if (microseconds === undefined) return undefined;
  const date = new Date(Math.floor(microseconds / 1000));
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, -1)}${String(microseconds % 1000).padStart(3, "0")}Z`;
}
