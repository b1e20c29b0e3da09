import { fstatSync } from "node:fs";

/** The process as the command line needs it, passed in so that tests can do without one. */
export interface Process {
  /** Undefined when not set, or when we have no business with it. */
  env(name: string): string | undefined;
  readonly pid: number;
  /** The path of the program itself. */
  readonly program: string;
  /** What the program runs on; `platform` as `linux/x86_64`. */
  readonly runtime: { readonly deno: string; readonly v8: string; readonly platform: string };
  /** Writes to standard output. */
  out(text: string): void;
  /**
   * Writes to standard error. What cannot be written there is given up: the log's reader may be
   * gone or its disk full, and receiving must go on.
   */
  err(text: string): void;
  /** Whether systemd's journal reads standard error. */
  readonly errIsJournal: boolean;
  /** Whether a person reads standard output. */
  readonly isTerminal: boolean;
  readonly stdin: ReadableStream<Uint8Array>;
  readFile(path: string): Promise<Uint8Array>;
  /** Calls `handle` at every such signal. */
  onSignal(signal: "SIGTERM" | "SIGINT" | "SIGUSR2" | "SIGHUP", handle: () => void): void;
}

const encoder = new TextEncoder();

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = encoder.encode(text);
  for (let written = 0; written < bytes.length;) {
    written += stream.writeSync(bytes.subarray(written));
  }
}

/**
 * @param stream `device:inode`, as systemd's JOURNAL_STREAM names what it has connected; whoever
 *   started us may have redirected it since (systemd.exec(5))
 */
function isStandardError(stream: string | undefined): boolean {
  if (!stream) return false;
  const { dev, ino } = fstatSync(2);
  return stream === `${dev}:${ino}`;
}

export const systemProcess: Process = {
  env: (name) => Deno.env.get(name),
  pid: Deno.pid,
  get program() {
    return Deno.execPath();
  },
  runtime: {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    platform: `${Deno.build.os}/${Deno.build.arch}`,
  },
  out: (text) => writeAll(Deno.stdout, text),
  err: (text) => {
    try {
      writeAll(Deno.stderr, text);
    } catch {
      // There is nowhere left to tell it.
    }
  },
  get errIsJournal() {
    return isStandardError(Deno.env.get("JOURNAL_STREAM"));
  },
  get isTerminal() {
    return Deno.stdout.isTerminal();
  },
  get stdin() {
    return Deno.stdin.readable;
  },
  readFile: (path) => Deno.readFile(path),
  onSignal: (signal, handle) => Deno.addSignalListener(signal, handle),
};
