/** What a column holds. `timestamp` is INT64 TIMESTAMP(MILLIS, UTC); `int64` carries no annotation. */
export type ColumnType =
  | { readonly kind: "string" | "int32" | "int64" | "timestamp" | "boolean" | "stringMap" }
  | { readonly kind: "struct"; readonly columns: readonly Column[] }
  | { readonly kind: "list"; readonly element: ColumnType };

/** One column, or one member of a struct column. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** REQUIRED in Parquet's terms: writing a row without it is an error. */
  readonly required: boolean;
  /** The OCSF versions that have it, as the second number of the first and last; without: all. */
  readonly since?: number;
  readonly until?: number;
  /** Where the value comes from, when it is not the holder's property of the same name. */
  readonly get?: (holder: Readonly<Record<string, unknown>>) => unknown;
}

type Getter = NonNullable<Column["get"]>;
const column = (name: string, type: ColumnType, get?: Getter): Column => ({
  name,
  type,
  required: false,
  ...(get && { get }),
});

export const STRING: ColumnType = { kind: "string" };

export const string = (name: string, get?: Getter): Column => column(name, STRING, get);
export const int32 = (name: string, get?: Getter): Column => column(name, { kind: "int32" }, get);
export const int64 = (name: string, get?: Getter): Column => column(name, { kind: "int64" }, get);
export const boolean = (name: string, get?: Getter): Column =>
  column(name, { kind: "boolean" }, get);
/** The value is milliseconds since 1970. */
export const timestamp = (name: string, get?: Getter): Column =>
  column(name, { kind: "timestamp" }, get);
/** MAP<string, string>; the value is a plain object of strings. */
export const stringMap = (name: string): Column => column(name, { kind: "stringMap" });
export const struct = (name: string, columns: readonly Column[]): Column =>
  column(name, { kind: "struct", columns });
export const list = (name: string, element: ColumnType): Column =>
  column(name, { kind: "list", element });
/** An array of strings. */
export const strings = (name: string): Column => list(name, STRING);
/** An array of structs. */
export const structs = (name: string, columns: readonly Column[]): Column =>
  list(name, { kind: "struct", columns });

/** The same columns, for an OCSF version 1.`minor`.0 and later. */
export const since = (minor: number, ...columns: readonly Column[]): readonly Column[] =>
  columns.map((column) => ({ ...column, since: minor }));
/** The same columns, for OCSF versions up to 1.`minor`.0. */
export const until = (minor: number, ...columns: readonly Column[]): readonly Column[] =>
  columns.map((column) => ({ ...column, until: minor }));

/** The columns that an OCSF version has, and of their members those that it has. */
export function columnsIn(minor: number, columns: readonly Column[]): readonly Column[] {
  return columns
    .filter(({ since = 0, until = Infinity }) => since <= minor && minor <= until)
    .map((column) => ({ ...column, type: typeIn(minor, column.type) }));
}

function typeIn(minor: number, type: ColumnType): ColumnType {
  if (type.kind === "struct") return { kind: "struct", columns: columnsIn(minor, type.columns) };
  if (type.kind === "list") return { kind: "list", element: typeIn(minor, type.element) };
  return type;
}

/** The same column, REQUIRED. */
export const required = (column: Column): Column => ({ ...column, required: true });
