/** A row that does not fit the columns: a REQUIRED value is missing, or one is of the wrong kind. */
export class RowError extends Error {
  override readonly name = "RowError";

  /**
   * @param row index in the rows that were to be encoded
   * @param path the column, members joined by dots and a list's elements as `[]`:
   *   `evidences[].process.pid`
   * @param problem what is wrong
   */
  constructor(readonly row: number, readonly path: string, problem: string) {
    super(`row ${row}, column ${path}: ${problem}`);
  }
}

/** Where in the rows a run of values comes from; only asked when something is wrong. */
export interface Origin {
  readonly path: string;
  /** The row that the value at `index` belongs to. */
  readonly rowOf: (index: number) => number;
}

/** A short text that shows what a value is without showing all of it. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") {
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  }
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "an array" : "an object";
  }
  return typeof value === "bigint" ? `bigint ${value}` : String(value);
}
