import assert from "node:assert/strict";
import {
  boolean,
  int32,
  int64,
  list,
  required,
  string,
  stringMap,
  strings,
  struct,
  structs,
  timestamp,
} from "../../src/parquet/column.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";
import { schemaText } from "../support/parquet_footer.ts";

Deno.test("columns become the Parquet types that Athena, Glue and AWS's validator expect", async () => {
  const file = await encodeParquet([], [
    required(int64("time")),
    timestamp("time_dt"),
    string("message"),
    int32("count"),
    boolean("is_alert"),
    required(struct("metadata", [required(string("uid")), strings("labels")])),
    structs("evidences", [struct("process", [int32("pid"), strings("lineage")])]),
    list("matrix", { kind: "list", element: { kind: "int32" } }),
    stringMap("unmapped"),
  ], { compression: "zstd", metadata: {} });

  assert.equal(
    schemaText(file),
    `message {
  required int64 time;
  optional int64 time_dt (TIMESTAMP(MILLIS,true));
  optional byte_array message (STRING);
  optional int32 count;
  optional boolean is_alert;
  required group metadata {
    required byte_array uid (STRING);
    optional group labels (LIST) {
      repeated group list {
        required byte_array element (STRING);
      }
    }
  }
  optional group evidences (LIST) {
    repeated group list {
      required group element {
        optional group process {
          optional int32 pid;
          optional group lineage (LIST) {
            repeated group list {
              required byte_array element (STRING);
            }
          }
        }
      }
    }
  }
  optional group matrix (LIST) {
    repeated group list {
      required group element (LIST) {
        repeated group list {
          required int32 element;
        }
      }
    }
  }
  optional group unmapped (MAP) {
    repeated group key_value {
      required byte_array key (STRING);
      required byte_array value (STRING);
    }
  }
}`,
  );
});
