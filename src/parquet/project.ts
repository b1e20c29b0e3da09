import type { Column, ColumnType } from "./column.ts";

/** A row as JSON has it. */
type Row = Readonly<Record<string, unknown>>;

/**
 * A row with the members that have a column, in the columns' order: what the lake would hold of it,
 * as `cat` would print it. Times keep their text.
 */
export function project(row: Row, columns: readonly Column[]): Row {
  const projected: Record<string, unknown> = {};
  for (const { name, type } of columns) {
    const value = row[name];
    if (value !== undefined) projected[name] = projectValue(value, type);
  }
  return projected;
}

function projectValue(value: unknown, type: ColumnType): unknown {
  if (type.kind === "struct") return project(value as Row, type.columns);
  if (type.kind !== "list") return value;
  return (value as readonly unknown[]).map((element) => projectValue(element, type.element));
}
