import type { Clock } from "../platform/clock.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** What a line is about, for programs: only in JSON. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/**
 * One line per call: what happened, where, and what to do. Never a secret. A message may begin with
 * the part of the program that it comes from: `Receiver - …`.
 */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly format: "text" | "json";
  /** Whether DEBUG lines are written. */
  readonly debug: boolean;
}

/** A log whose options can be changed while others write to it. */
export interface ConfigurableLog extends Log {
  configure(options: LogOptions): void;
}

type Format = (time: Date, level: LogLevel, message: string, fields: LogFields) => string;

/** @param write receives a whole line with its newline, and its level */
export function createLog(
  write: (line: string, level: LogLevel) => void,
  clock: Clock,
  options: LogOptions = { format: "text", debug: false },
): ConfigurableLog {
  let { format, debug } = options;
  const line = (level: LogLevel) => (message: string, fields: LogFields = {}) => {
    if (level === "debug" && !debug) return;
    write(`${FORMATS[format](new Date(clock.now()), level, message, fields)}\n`, level);
  };
  return {
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    configure: (options) => ({ format, debug } = options),
  };
}

/**
 * As falcosidekick writes them (Go's `log` with its level prefixes, `internal/pkg/utils`):
 * `2023/03/13 13:03:06 [INFO]  : message`, in UTC.
 */
const textLine: Format = (time, level, message) => {
  const stamp = time.toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
  // A control character in a rule's name or a server's answer must not forge a second line, or
  // command a terminal.
  const safe = message.replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
  return `${stamp} ${`[${level.toUpperCase()}]`.padEnd(7)} : ${safe}`;
};

function escaped(character: string): string {
  const json = JSON.stringify(character).slice(1, -1);
  const code = character.charCodeAt(0).toString(16).padStart(4, "0");
  return json === character ? `\\u${code}` : json;
}

/** `time`, `level`, `component` where there is one, `message`, and then the fields. */
const jsonLine: Format = (time, level, message, fields) => {
  const [, component, rest] = /^([A-Z][\w ]*) - (.*)$/s.exec(message) ?? [];
  return JSON.stringify({
    time: time.toISOString(),
    level,
    ...(component !== undefined && { component }),
    message: rest ?? message,
    ...fields,
  });
};

const FORMATS: Readonly<Record<LogOptions["format"], Format>> = { text: textLine, json: jsonLine };
