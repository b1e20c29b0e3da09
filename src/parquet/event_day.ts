const FIRST = Date.parse("0001-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * The day of a partition, `YYYYMMDD` in UTC (Security Lake, "Custom source requirements": eventDay
 * is the record's own time, not ours).
 *
 * @param milliseconds since 1970; outside of the years 1 to 9999, which is all that eight digits can
 *   say, the first or last day
 */
export function eventDayOf(milliseconds: number): string {
  const time = Math.min(Math.max(milliseconds, FIRST), LAST);
  const day = Math.floor(time / DAY_MILLISECONDS);
  if (day !== lastDay) {
    lastText = new Date(time).toISOString().slice(0, 10).replaceAll("-", "");
    lastDay = day;
  }
  return lastText;
}

const DAY_MILLISECONDS = 86_400_000;
/** Events that follow each other mostly share their day. */
let lastDay = NaN;
let lastText = "";
