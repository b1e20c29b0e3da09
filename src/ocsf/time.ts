/** Milliseconds since 1970 of 1973-03-03 and 5138-11-16: outside, a clock was not set. */
const EARLIEST = 1e11;
const LATEST = 1e14;

/**
 * The time of a finding, in milliseconds since 1970.
 *
 * A node whose clock is not set yet stamps its events with 1970. In the lake they would lie in a
 * partition that nobody queries, so they get the time we received them; `metadata.original_time`
 * keeps Falco's.
 *
 * @param milliseconds what Falco says, if it does
 * @param receivedMicroseconds what our clock said, since 1970
 */
export function timeOf(milliseconds: number | undefined, receivedMicroseconds: number): number {
  if (milliseconds !== undefined && isPlausible(milliseconds)) return milliseconds;
  const received = millisecondsOf(receivedMicroseconds);
  return isPlausible(received) ? received : milliseconds ?? received;
}

/** Whole milliseconds; a record that holds no possible time (ECMAScript's limit) has 1970. */
export function millisecondsOf(microseconds: number): number {
  const milliseconds = Math.floor(microseconds / 1000);
  return Math.abs(milliseconds) <= 8.64e15 ? milliseconds : 0;
}

function isPlausible(milliseconds: number): boolean {
  return milliseconds >= EARLIEST && milliseconds <= LATEST;
}

let lastSecond = NaN;
let lastText = "";

/**
 * RFC 3339 text in UTC with milliseconds, as `Date.toISOString` gives it. The text of the last
 * second is kept, since events that follow each other mostly share it.
 */
export function timeText(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -"000Z".length);
    lastSecond = second;
  }
  return `${lastText}${String(milliseconds - second * 1000).padStart(3, "0")}Z`;
}
