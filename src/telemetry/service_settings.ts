/** What a service manager has told us in the environment. */
export interface ServiceSettings {
  /** Where to send notifications: NOTIFY_SOCKET. */
  readonly address: string;
  /** Milliseconds within which it wants to hear that we work; undefined when it does not. */
  readonly watchdog: number | undefined;
}

/**
 * Reads sd_notify(3)'s and sd_watchdog_enabled(3)'s variables.
 *
 * @returns undefined when no service manager listens
 */
export function serviceSettings(
  env: (name: string) => string | undefined,
  pid: number,
): ServiceSettings | undefined {
  const address = env("NOTIFY_SOCKET");
  if (!address) return undefined;
  const microseconds = Number(env("WATCHDOG_USEC"));
  const watched = env("WATCHDOG_PID");
  const isOurs = !watched || watched === String(pid);
  const isWatched = isOurs && Number.isSafeInteger(microseconds) && microseconds > 0;
  return { address, watchdog: isWatched ? microseconds / 1000 : undefined };
}
