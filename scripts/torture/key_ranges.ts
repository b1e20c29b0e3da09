/**
 * Checks what the keys of a lake say: one log; ranges of sequences that follow one another from 1
 * on without a gap or an overlap; and in the objects of a range, of all days together, as many rows
 * as the range has sequences.
 */
export class KeyRanges {
  readonly #rows = new Map<string, number>();
  readonly #keys = new Set<string>();
  readonly #violations: string[] = [];

  add(key: string, rows: number): void {
    this.#keys.add(key);
    const [, range] = /\/eventDay=\d{8}\/([0-9a-f]{32}-\d+-\d+)\.parquet$/.exec(key) ?? [];
    if (range === undefined) this.#violations.push(`an object that is none of ours: ${key}`);
    else this.#rows.set(range, (this.#rows.get(range) ?? 0) + rows);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  get objects(): number {
    return this.#keys.size;
  }

  violations(): string[] {
    const ranges = [...this.#rows].map(([range, rows]) => {
      const [logId, first, last] = range.split("-");
      return { range, rows, logId, first: Number(first), last: Number(last) };
    }).sort((a, b) => a.first - b.first);
    const wrong = [...this.#violations];
    let next = 1;
    for (const { range, rows, logId, first, last } of ranges) {
      if (logId !== ranges[0]!.logId) wrong.push(`${range} is of another log`);
      if (first !== next) wrong.push(`${range} does not follow on sequence ${next - 1}`);
      if (rows !== last - first + 1) wrong.push(`${range} has ${rows} rows`);
      next = last + 1;
    }
    return wrong;
  }
}
