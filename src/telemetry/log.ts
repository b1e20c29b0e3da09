import type { Clock } from "../platform/clock.ts";

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

/** One line per call: what happened, where, and what to do. Never a secret. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Lines as falcosidekick writes them (Go's `log` with its level prefixes, `internal/pkg/utils`):
 * `2023/03/13 13:03:06 [INFO]  : message`, in UTC.
 *
 * @param write receives a whole line with its newline
 * @param debug whether DEBUG lines are written
 */
export function textLog(write: (line: string) => void, clock: Clock, debug = false): Log {
  const line = (level: LogLevel, message: string) => {
    const stamp = new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ").replaceAll(
      "-",
      "/",
    );
    // A control character in a rule's name or a server's answer must not forge a second line.
    // deno-lint-ignore no-control-regex -- control characters are what this is about
    const safe = message.replace(/[\x00-\x1f\x7f]/g, (c) => JSON.stringify(c).slice(1, -1));
    write(`${stamp} ${`[${level}]`.padEnd(7)} : ${safe}\n`);
  };
  return {
    debug: debug ? (message) => line("DEBUG", message) : () => {},
    info: (message) => line("INFO", message),
    warn: (message) => line("WARN", message),
    error: (message) => line("ERROR", message),
  };
}
