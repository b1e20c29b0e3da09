import type { EventTime } from "./falco_event.ts";

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads a time as Go's strict RFC 3339 does (falcosidekick decodes `time` into a `time.Time`):
 * capital `T` and `Z`, offset with a colon, no leap second, a day that exists.
 *
 * @returns undefined when it is not such a time, or is Go's zero time (0001-01-01T00:00:00Z)
 */
export function parseEventTime(text: string): EventTime | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHour, zoneMinute] =
    match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day)); // Date.UTC would read year 1 as 1901
  const dayExists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!dayExists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return undefined;
  }
  if (sign && (Number(zoneHour) > 23 || Number(zoneMinute) > 59)) return undefined;
  const offset = sign
    ? (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === "-" ? -60 : 60)
    : 0;
  const seconds = date.getTime() / 1000 +
    Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  if (seconds === GO_ZERO_TIME_SECONDS && !/[1-9]/.test(fraction)) return undefined;
  return { text, milliseconds: seconds * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3)) };
}

/** 0001-01-01T00:00:00Z: what Go's `IsZero` asks for, and `Check()` refuses. */
const GO_ZERO_TIME_SECONDS = -62135596800;
