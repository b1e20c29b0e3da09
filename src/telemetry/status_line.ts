import type { HealthFacts } from "./health.ts";

/** What a status line tells. */
export interface StatusLineFacts extends HealthFacts {
  readonly buffer: HealthFacts["buffer"] & { readonly events: number };
  /** Milliseconds. */
  readonly oldestAge: number;
}

/** Characters; systemd cuts nothing, but `systemctl status` does, at the terminal's width. */
const LONGEST = 300;

/**
 * One short line for people who look at the service: what is wrong, what waits, and when the lake
 * has last got something. In the order of what matters at night.
 */
export function statusLine({ buffer, oldestAge, uploads }: StatusLineFacts): string {
  const { state, events } = buffer;
  const { lastSuccess, failures } = uploads;
  const waiting = events === 0
    ? "nothing waits"
    : `${events} events wait, the oldest for ${ageOf(oldestAge)}`;
  const parts = [
    ...(state.kind === "ready"
      ? []
      : [`CANNOT STORE: the buffer is ${state.kind}${state.reason ? `: ${state.reason}` : ""}`]),
    waiting,
    lastSuccess === undefined ? "no upload yet" : `last upload ${time(lastSuccess)}`,
    ...(failures
      ? [`UPLOADS FAIL since ${time(failures.since)} (${failures.attempts}): ${failures.lastError}`]
      : []),
  ];
  // A newline would begin another message to the service manager, such as READY=1.
  return parts.join("; ").replaceAll(/\p{Cc}/gu, " ").slice(0, LONGEST);
}

function ageOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** To the second, UTC. */
const time = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
