import {
  type Column,
  type ColumnType,
  int32,
  int64,
  required,
  string,
  strings,
  struct,
  structs,
} from "./column.ts";

/**
 * The columns of falcosidekick's Security Lake output, with its names and in its order
 * (falcosidekick `outputs/awssecuritylake.go`), all of them REQUIRED as there. Its three lists are
 * bare REPEATED fields, which Athena cannot read; here they are lists as the Parquet format wants
 * them.
 *
 * Fixed: somebody's table has them.
 */
export const FALCOSIDEKICK_COLUMNS: readonly Column[] = allRequired([
  int32("activity_id"),
  string("activity_name"),
  string("category_name"),
  int32("category_uid"),
  string("classname"),
  int32("class_uid"),
  struct("finding", [
    int64("created_time"),
    string("desc"),
    string("title"),
    strings("types"),
    string("uid"),
  ]),
  string("message"),
  struct("metadata", [
    string("version"),
    struct("product", [string("vendor_name"), string("name")]),
    strings("labels"),
  ]),
  structs("observables", [string("name"), string("type"), int32("type_id"), string("value")]),
  string("raw_data"),
  string("severity"),
  int32("severity_id"),
  string("state"),
  int32("state_id"),
  string("status"),
  int64("time"),
  string("type_name"),
  int32("type_uid"),
]);

/** The same columns, REQUIRED, and their members too. */
function allRequired(columns: readonly Column[]): readonly Column[] {
  return columns.map((column) => required({ ...column, type: withAllRequired(column.type) }));
}

function withAllRequired(type: ColumnType): ColumnType {
  if (type.kind === "struct") return { kind: "struct", columns: allRequired(type.columns) };
  if (type.kind === "list") return { kind: "list", element: withAllRequired(type.element) };
  return type;
}
