import {
  Bool,
  type DataType,
  Field,
  Int32,
  Int64,
  List,
  Map_,
  Schema,
  Struct,
  Timestamp,
  TimeUnit,
  Utf8,
} from "apache-arrow";
import type { Column, ColumnType } from "./column.ts";

/**
 * The Arrow schema whose Parquet translation is what readers of a lake expect. Names matter: the
 * Parquet writer takes them over, and the Parquet format ("Nested Types" in LogicalTypes.md) wants
 * `list.element` and `key_value.{key,value}`.
 */
export const arrowSchema = (columns: readonly Column[]): Schema => new Schema(columns.map(field));

function field(column: Column): Field {
  return new Field(column.name, arrowType(column.type), !column.required);
}

/** One key and its value. */
export type StringEntries = Struct<{ key: Utf8; value: Utf8 }>;

/** Elements, keys and map values are REQUIRED: our rows never hold null inside an array. */
export function arrowType(type: ColumnType): DataType {
  switch (type.kind) {
    case "string":
      return new Utf8();
    case "int32":
      return new Int32();
    case "int64":
      return new Int64();
    case "timestamp":
      return new Timestamp(TimeUnit.MILLISECOND, "UTC");
    case "boolean":
      return new Bool();
    case "stringMap":
      return stringMap();
    case "struct":
      return new Struct(type.columns.map(field));
    case "list":
      return new List(new Field("element", arrowType(type.element), false));
  }
}

function stringMap(): Map_<Utf8, Utf8> {
  const members = [new Field("key", new Utf8(), false), new Field("value", new Utf8(), false)];
  const entries: StringEntries = new Struct(members as Field<never>[]);
  const map = new Map_<Utf8, Utf8>(new Field("entries", entries, false));
  // The constructor insists on Arrow's name for the entries; Parquet's is another.
  map.children[0] = new Field("key_value", entries, false);
  return map;
}
