import type { LakeFile } from "../lake_files.ts";

/** A row of the lake, as the Parquet reader gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** What is wrong when accepted events and rows of the lake are held against each other. */
export interface Difference {
  readonly missing: number;
  readonly duplicated: number;
  readonly invented: number;
}

/** Compares by `raw_data`, the received bytes: every accepted event, exactly once. */
export function compare(accepted: readonly string[], rows: readonly Row[]): Difference {
  const counts = new Map<string, number>(accepted.map((text) => [text, 0]));
  let invented = 0;
  for (const { raw_data } of rows) {
    const count = counts.get(raw_data as string);
    if (count === undefined) invented++;
    else counts.set(raw_data as string, count + 1);
  }
  const found = [...counts.values()];
  return {
    missing: found.filter((count) => count === 0).length,
    duplicated: found.filter((count) => count > 1).length,
    invented,
  };
}

/** The partition tree with the size of each object. */
export function renderTree(
  files: readonly LakeFile[],
  rowsOf: ReadonlyMap<LakeFile, number>,
): string {
  const lines: string[] = [];
  let shown: string[] = [];
  for (const file of files) {
    const folders = file.partition.split("/");
    folders.forEach((folder, depth) => {
      if (shown[depth] === folder) return;
      lines.push(`${"  ".repeat(depth)}${folder}/`);
      shown = [...shown.slice(0, depth), folder];
    });
    const size = `${(file.bytes / 1024).toFixed(1)} KiB`;
    lines.push(`${"  ".repeat(folders.length)}${file.name}  ${size}, ${rowsOf.get(file)} events`);
  }
  return lines.join("\n");
}

const COLUMNS: readonly (readonly [string, number, (row: Row) => unknown])[] = [
  ["time", 24, (row) => row["time_dt"]],
  ["severity", 13, (row) => row["severity"]],
  ["rule", 40, (row) => at(row, "finding_info", "title")],
  ["technique", 9, (row) => technique(row)],
  ["process", 12, (row) => at(row, "evidences", 0, "process", "name")],
  ["container", 12, (row) => at(row, "evidences", 0, "process", "container", "name")],
  ["pod", 24, (row) => at(row, "resources", 0, "name")],
];

/** A table of typed columns: nothing in it is parsed out of JSON text. */
export function renderTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => fit(cell, COLUMNS[at]![1])).join("  ").trimEnd();
  return [
    line(COLUMNS.map(([title]) => title)),
    line(COLUMNS.map(([, width]) => "─".repeat(width))),
    ...rows.map((row) => line(COLUMNS.map(([, , get]) => String(get(row) ?? "")))),
  ].join("\n");
}

/** Rows that show something in most columns, spread over the whole lake, in order of time. */
export function pickRows(rows: readonly Row[], count: number): Row[] {
  const filled = (row: Row) => COLUMNS.filter(([, , get]) => get(row) !== undefined).length;
  const size = Math.ceil(rows.length / count);
  const sorted = [...rows].sort((a, b) => Number(a["time"]) - Number(b["time"]));
  return Array.from({ length: count }, (_, at) => sorted.slice(at * size, (at + 1) * size))
    .flatMap((stretch) => stretch.sort((a, b) => filled(b) - filled(a)).slice(0, 1))
    .sort((a, b) => Number(a["time"]) - Number(b["time"]));
}

function technique(row: Row): unknown {
  const attacks = at(row, "finding_info", "attacks");
  if (!Array.isArray(attacks)) return undefined;
  return attacks.map((attack) =>
    at(attack, "sub_technique", "uid") ?? at(attack, "technique", "uid")
  ).find((uid) => uid !== undefined);
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found: unknown = value;
  for (const step of path) found = (found as Record<string | number, unknown> | undefined)?.[step];
  return found;
}

function fit(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width
    ? `${characters.slice(0, width - 1).join("")}…`
    : text.padEnd(width + text.length - characters.length);
}
