import {
  type Data,
  type Int32,
  type List,
  makeData,
  type Map_,
  type Struct,
  Utf8,
} from "apache-arrow";
import { arrowType, type StringEntries } from "./arrow_schema.ts";
import type { ColumnType } from "./column.ts";

/**
 * A column of a batch in which no row has it: most are, and nothing needs to be looked at for it.
 *
 * @param nullable false for REQUIRED columns, which lie under an absent struct here
 */
export function absentColumn(type: ColumnType, length: number, nullable: boolean): Data {
  const common = {
    length,
    nullCount: nullable ? length : 0,
    nullBitmap: nullable ? new Uint8Array((length + 7) >> 3) : undefined,
  };
  const valueOffsets = new Int32Array(length + 1);
  const none = new Uint8Array(0);
  switch (type.kind) {
    case "string":
      return makeData({ ...common, type: new Utf8(), valueOffsets, data: none });
    case "int32":
    case "int64":
    case "timestamp":
    case "boolean":
      return makeData({
        ...common,
        type: arrowType(type) as Int32,
        data: numbersOf(type.kind, length) as Int32Array,
      });
    case "struct": {
      const children = type.columns.map((column) =>
        absentColumn(column.type, length, !column.required)
      );
      return makeData({ ...common, type: arrowType(type) as Struct, children });
    }
    case "list": {
      const child = absentColumn(type.element, 0, false);
      return makeData({ ...common, type: arrowType(type) as List, valueOffsets, child });
    }
    case "stringMap": {
      const mapType = arrowType(type) as Map_<Utf8, Utf8>;
      const child = makeData({
        type: mapType.children[0]!.type as StringEntries,
        length: 0,
        nullCount: 0,
        children: [0, 1].map(() => absentColumn({ kind: "string" }, 0, false)),
      });
      return makeData({ ...common, type: mapType, valueOffsets, child });
    }
  }
}

function numbersOf(kind: "int32" | "int64" | "timestamp" | "boolean", length: number) {
  if (kind === "int32") return new Int32Array(length);
  if (kind === "boolean") return new Uint8Array((length + 7) >> 3);
  return new BigInt64Array(length);
}
