import assert from "node:assert/strict";
import {
  boolean,
  type Column,
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
import { RowError } from "../../src/parquet/row_error.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { footerOf } from "../support/parquet_footer.ts";

const OPTIONS = { compression: "zstd", metadata: {} } as const;

const COLUMNS: Column[] = [
  required(int64("time")),
  timestamp("time_dt", (row) => row.time),
  string("name"),
  int32("count"),
  boolean("flag"),
  struct("process", [required(string("uid")), int32("pid")]),
  structs("evidences", [struct("file", [required(string("path"))])]),
  strings("labels"),
  list("ports", { kind: "list", element: { kind: "int32" } }),
  stringMap("unmapped"),
];

Deno.test("the same rows give the same bytes", async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => ({
    time: at,
    name: `name ${at % 100}`,
    labels: ["a", `b${at}`],
    unmapped: { [`key ${at % 7}`]: "value" },
  }));
  const options = {
    compression: "zstd",
    metadata: { version: "1", logId: "2", firstSequence: "3", lastSequence: "4", more: "5" },
  } as const;
  const first = await encodeParquet(rows, COLUMNS, options);
  for (let again = 0; again < 10; again++) {
    assert.deepEqual(await encodeParquet(structuredClone(rows), COLUMNS, options), first);
  }
});

Deno.test("a row that does not fit is refused, naming column, row and value", async () => {
  const cases: [row: Record<string, unknown>, path: string, problem: RegExp][] = [
    [{}, "time", /a required value is missing/],
    [{ time: null }, "time", /a required value is missing/],
    [{ time: "1" }, "time", /"1" is not an integer within/],
    [{ time: 1.5 }, "time", /1.5 is not an integer/],
    [{ time: 2 ** 53 }, "time", /9007199254740992 is not an integer/],
    [{ time: 1n }, "time", /bigint 1 is not an integer/],
    [{ time: 1, name: 5 }, "name", /5 is not a string/],
    [{ time: 1, count: 2 ** 31 }, "count", /2147483648 is not an integer of 32 bits/],
    [{ time: 1, count: -(2 ** 31) - 1 }, "count", /is not an integer of 32 bits/],
    [{ time: 1, count: NaN }, "count", /NaN is not an integer of 32 bits/],
    [{ time: 1, flag: 1 }, "flag", /1 is not a boolean/],
    [{ time: 1, process: {} }, "process.uid", /a required value is missing/],
    [{ time: 1, process: [] }, "process", /an array is not an object/],
    [{ time: 1, process: "x".repeat(100) }, "process", /a string of 100 characters is not an obj/],
    [{ time: 1, evidences: [{}, { file: {} }] }, "evidences[].file.path", /a required value is m/],
    [{ time: 1, evidences: [{}, null] }, "evidences[]", /an element is missing/],
    [{ time: 1, labels: "x" }, "labels", /"x" is not an array/],
    [{ time: 1, labels: ["x", 5] }, "labels[]", /5 is not a string/],
    [{ time: 1, ports: [[], [1, "2"]] }, "ports[][]", /"2" is not an integer of 32 bits/],
    [{ time: 1, unmapped: { a: 5 } }, "unmapped{}", /5 is not a string/],
    [{ time: 1, unmapped: { a: null } }, "unmapped{}", /null is not a string/],
  ];
  // Far enough behind good rows to be in another record batch, with lists before it.
  const good = { time: 1, labels: ["a", "b"], evidences: [{ file: { path: "/" } }], ports: [[1]] };
  const before = new Array(5000).fill(good);
  for (const [row, path, problem] of cases) {
    await assert.rejects(encodeParquet([...before, row, good], COLUMNS, OPTIONS), (error) => {
      assert(error instanceof RowError, String(error));
      assert.equal(error.row, 5000);
      assert.equal(error.path, path);
      assert.match(error.message, problem);
      assert.match(error.message, /^row 5000, column /);
      return true;
    });
  }
});

Deno.test("a row that does not fit ends a file in pieces, in the first piece and in a later one", async () => {
  for (const before of [0, 1, 5000]) {
    const rows = [...new Array(before).fill({ time: 1 }), { time: "x" }, { time: 1 }];
    await assert.rejects(encodeParquet(rows, COLUMNS, OPTIONS), (error) => {
      assert(error instanceof RowError, String(error));
      assert.equal(error.row, before);
      return true;
    });
  }
});

Deno.test("writing goes on after a refused row", async () => {
  const wrong = [{ time: 1 }, {}];
  for (let again = 0; again < 3; again++) {
    await assert.rejects(encodeParquet(wrong, COLUMNS, OPTIONS), RowError);
  }
  assert.equal(footerOf(await encodeParquet([{ time: 1 }], COLUMNS, OPTIONS)).num_rows, 1n);
});

Deno.test("a file of no rows has the whole schema and can be read", async () => {
  const file = await encodeParquet([], COLUMNS, OPTIONS);
  assert.equal(footerOf(file).num_rows, 0n);
  assert.deepEqual(await readRows(file), []);
});

Deno.test("the footer says which compression was asked for, and all can be read", async () => {
  const codecs = { zstd: "ZSTD", snappy: "SNAPPY", gzip: "GZIP", none: "UNCOMPRESSED" } as const;
  const rows = Array.from({ length: 100 }, (_, at) => ({ time: at, name: "n".repeat(at) }));
  for (const [compression, codec] of Object.entries(codecs)) {
    const options = { compression: compression as keyof typeof codecs, metadata: {} };
    const file = await encodeParquet(rows, COLUMNS, options);
    const chunks = footerOf(file).row_groups.flatMap(({ columns }) => columns);
    assert.deepEqual([...new Set(chunks.map((chunk) => chunk.meta_data?.codec))], [codec]);
    assert.equal((await readRows(file))[99]!.name, "n".repeat(99));
  }
});

Deno.test("the footer holds our metadata, our version and statistics of every column", async () => {
  const rows = [{ time: 5, name: "b" }, { time: 7 }, { time: 6, name: "a" }];
  const metadata = { logId: "abc", firstSequence: "1" };
  const footer = footerOf(
    await encodeParquet(rows, COLUMNS, { compression: "zstd", metadata, version: "1.2.3" }),
  );

  assert.equal(footer.created_by, "falco-lake version 1.2.3");
  const own = footer.key_value_metadata?.find(({ key }) => key === "falco-lake");
  assert.deepEqual(JSON.parse(own!.value!), metadata);

  const chunks = footer.row_groups.flatMap(({ columns }) =>
    columns.map((chunk) => chunk.meta_data!)
  );
  for (const { path_in_schema: path, statistics } of chunks) {
    assert.equal(typeof statistics?.null_count, "bigint", path.join("."));
  }
  const of = (name: string) => chunks.find((chunk) => chunk.path_in_schema.join(".") === name)!;
  const time = of("time").statistics!;
  assert.deepEqual([time.min_value, time.max_value, time.null_count], [5n, 7n, 0n]);
  const name = of("name").statistics!;
  assert.deepEqual([name.min_value, name.max_value, name.null_count], ["a", "b", 1n]);
});
