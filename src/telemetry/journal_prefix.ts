import type { LogLevel } from "./log.ts";

/** As syslog counts (sd-daemon(3)). */
const PRIORITY: Readonly<Record<LogLevel, number>> = { debug: 7, info: 6, warn: 4, error: 3 };

/**
 * What a line for systemd's journal begins with: the journal takes it off and keeps it as the
 * line's priority, which `journalctl -p warning` looks for.
 *
 * @param isJournal whether the journal reads the line; for anyone else it stays as it is
 */
export const journalPrefix = (level: LogLevel, isJournal: boolean): string =>
  isJournal ? `<${PRIORITY[level]}>` : "";
