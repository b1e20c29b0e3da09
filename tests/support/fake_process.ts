import type { Process } from "../../src/platform/process.ts";

export interface FakeProcess extends Process {
  /** Lines that it has written to standard output. */
  lines(): string[];
}

/** A process that keeps what it writes; it has no environment, input or files. */
export function fakeProcess(): FakeProcess {
  let text = "";
  return {
    env: () => undefined,
    pid: 7,
    program: "falco-lake",
    runtime: { deno: "2.8.3", v8: "14", platform: "linux/x86_64" },
    out: (more) => text += more,
    err: () => {},
    errIsJournal: false,
    isTerminal: false,
    stdin: new ReadableStream(),
    readFile: () => Promise.reject(new Error("There are no files")),
    onSignal: () => {},
    lines: () => text.split("\n").slice(0, -1),
  };
}
