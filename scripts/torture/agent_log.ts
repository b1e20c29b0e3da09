/** Lines above INFO that a kill, or a lake that fails, may cause. */
const EXPECTED = [
  /\[WARN\] +: Buffer - \S+: cut off \d+ bytes of an unfinished write$/,
  // Twice killed in the middle of the same batch; of that size none of the events is.
  /\[ERROR\] ?: AWS SecurityLake - falco-lake has ended \d+ times while .* were encoded: those above/,
];
const EXPECTED_OF_CHAOS = [/\[ERROR\] ?: AWS SecurityLake - /];

/** Reads what the agents of a run log, one after the other. */
export class AgentLog {
  /** Where all of it is kept. */
  readonly path: string;
  /** Gets the lines that must not be. */
  readonly violations: string[];
  /** Keys of the objects that were logged as uploaded. */
  readonly uploaded = new Set<string>();
  readonly #expected: readonly RegExp[];
  #onLine: (line: string) => void = () => {};
  #pending = "";

  /** @param mayFail whether the lake fails on purpose */
  constructor(path: string, violations: string[], mayFail: boolean) {
    this.path = path;
    this.violations = violations;
    this.#expected = mayFail ? [...EXPECTED, ...EXPECTED_OF_CHAOS] : EXPECTED;
  }

  /**
   * Another agent begins; what is left of a line of the last one was cut by the kill.
   *
   * @param onLine called with each whole line, its end included
   */
  begin(onLine: (line: string) => void): void {
    this.#pending = "";
    this.#onLine = onLine;
  }

  push(text: string): void {
    const lines = (this.#pending + text).split("\n");
    this.#pending = lines.pop()!;
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    const [, key] = /Upload parquet file (\S+) OK/.exec(line) ?? [];
    if (key !== undefined) this.uploaded.add(key);
    if (!/^\S+ \S+ \[(INFO|DEBUG)\]/.test(line) && !this.#expected.some((it) => it.test(line))) {
      this.violations.push(`an agent logged: ${line}`);
    }
    this.#onLine(`${line}\n`);
  }
}
