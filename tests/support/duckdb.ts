import { isThere } from "./is_there.ts";
import { ROOT } from "./root.ts";

/** A Python that has DuckDB: `FALCO_LAKE_PYTHON`, or where `.ci/run` installs it. */
const PYTHON = Deno.env.get("FALCO_LAKE_PYTHON") ?? `${ROOT}.cache/python/bin/python`;

/** Why DuckDB cannot be asked here; undefined when it can. */
export const NO_DUCKDB = isThere(PYTHON)
  ? undefined
  : `there is no ${PYTHON}; python3 -m venv .cache/python && .cache/python/bin/pip install duckdb`;

const SCRIPT = `
import duckdb, json, sys
for row in duckdb.connect().execute(sys.argv[1]).fetchall():
    print(row[0] if len(row) == 1 and isinstance(row[0], str) else json.dumps(row))
`;

/** Runs a query. @returns one JSON text per row: of its only column, or of all as an array */
export function askDuckDb(query: string): string[] {
  const { success, stdout, stderr } = new Deno.Command(PYTHON, { args: ["-c", SCRIPT, query] })
    .outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

/** All rows of a Parquet file as DuckDB reads them, absent values left out. */
export function duckDbRows(path: string): Record<string, unknown>[] {
  return askDuckDb(`select to_json(t) from read_parquet('${path}') t`)
    .map((line) => JSON.parse(line, withoutNulls));
}

/** A lake's objects in a folder, as DuckDB and Athena read them: with the partitions' columns. */
export const hiveTree = (directory: string): string =>
  `read_parquet('${directory}/**/*.parquet', hive_partitioning = true)`;

/** All rows of a tree of partitions as DuckDB reads them, absent values left out. */
export function duckDbTreeRows(directory: string): Record<string, unknown>[] {
  return askDuckDb(`select to_json(t) from ${hiveTree(directory)} t`)
    .map((line) => JSON.parse(line, withoutNulls));
}

function withoutNulls(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
