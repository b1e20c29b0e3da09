import assert from "node:assert/strict";
import fc from "fast-check";
import type { Column, ColumnType } from "../../src/parquet/column.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";

type Row = Record<string, unknown>;

const PLAIN = { compression: "zstd", metadata: {} } as const;

const MOST = Number.MAX_SAFE_INTEGER;
/** The largest time that ECMAScript has. */
const MOST_TIME = 8.64e15;

// Any UTF-16, lone surrogates included, and what readers and writers tend to trip over.
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom("", "__proto__", "\ufeffbom", "a\0b", "🦅", "é"),
);

const leaf = fc.constantFrom<ColumnType>(
  { kind: "string" },
  { kind: "int32" },
  { kind: "int64" },
  { kind: "timestamp" },
  { kind: "boolean" },
  { kind: "stringMap" },
);

/** Any column type, nested up to three levels. */
const columnType = (depth: number): fc.Arbitrary<ColumnType> => {
  if (depth === 0) return leaf;
  const inner = columnType(depth - 1);
  return fc.oneof(
    leaf,
    columnsOf(inner, 3).map((columns) => ({ kind: "struct" as const, columns })),
    inner.map((element) => ({ kind: "list" as const, element })),
  );
};

const columnsOf = (type: fc.Arbitrary<ColumnType>, most: number): fc.Arbitrary<Column[]> =>
  fc.array(fc.record({ type, required: fc.boolean() }), { minLength: 1, maxLength: most })
    .map((columns) => columns.map((column, at) => ({ ...column, name: `c${at}` })));

/** Any value that a column of this type may hold. */
function valueOf(type: ColumnType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "string":
      return text;
    case "int32":
      return fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 0, -0));
    case "int64":
      return fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-MOST, MOST, 2 ** 32, -(2 ** 32), -1));
    case "timestamp":
      return fc.oneof(
        fc.integer({ min: -MOST_TIME, max: MOST_TIME }),
        fc.constantFrom(0, -1, 253402300800000),
      );
    case "boolean":
      return fc.boolean();
    case "stringMap":
      return fc.array(fc.tuple(text, text), { maxLength: 3 }).map(Object.fromEntries);
    case "list":
      return fc.array(valueOf(type.element), { maxLength: 3 });
    case "struct":
      return holderOf(type.columns);
  }
}

/** A row or struct; optional members are null, undefined or missing a third of the time. */
const holderOf = (columns: readonly Column[]): fc.Arbitrary<Row> =>
  fc.tuple(
    ...columns.map(({ type, required }) =>
      required
        ? valueOf(type)
        : fc.oneof({ weight: 2, arbitrary: valueOf(type) }, fc.constantFrom(undefined, null))
    ),
  ).map((values) => Object.fromEntries(values.map((value, at) => [columns[at]!.name, value])));

/** What must be read back. */
function expected(type: ColumnType, value: unknown): unknown {
  switch (type.kind) {
    case "string":
      return (value as string).toWellFormed();
    case "timestamp":
      return new Date(value as number).toISOString();
    case "int32":
    case "int64":
      return (value as number) + 0; // there is no -0
    case "boolean":
      return value;
    case "stringMap":
      return Object.fromEntries(
        Object.entries(value as Record<string, string>)
          .map((entry) => entry.map((part) => part.toWellFormed())),
      );
    case "list":
      return (value as unknown[]).map((element) => expected(type.element, element));
    case "struct":
      return expectedHolder(type.columns, value as Row);
  }
}

const expectedHolder = (columns: readonly Column[], holder: Row): Row =>
  Object.fromEntries(
    columns.filter(({ name }) => holder[name] !== undefined && holder[name] !== null)
      .map(({ name, type }) => [name, expected(type, holder[name])]),
  );

async function assertRoundTrip(columns: readonly Column[], rows: readonly Row[]): Promise<void> {
  const read = await readRows(await encodeParquet(rows, columns, PLAIN));
  assert.equal(read.length, rows.length);
  // One by one: the difference of two large arrays takes the assertion minutes to print.
  for (const [at, row] of rows.entries()) assert.deepEqual(read[at], expectedHolder(columns, row));
}

Deno.test("any rows of any columns are read back as they were", async () => {
  const table = columnsOf(columnType(3), 4).chain((columns) =>
    fc.record({ columns: fc.constant(columns), rows: fc.array(holderOf(columns)) })
  );
  await fc.assert(
    fc.asyncProperty(table, ({ columns, rows }) => assertRoundTrip(columns, rows)),
    { numRuns: 300 },
  );
});

Deno.test("10 000 rows are read back as they were, across record batches and pages", async () => {
  const optional = (name: string, type: ColumnType): Column => ({ name, type, required: false });
  const leaves = (["string", "int32", "int64", "timestamp", "boolean", "stringMap"] as const)
    .map((kind) => optional(kind, { kind }));
  const struct: ColumnType = { kind: "struct", columns: leaves };
  const columns = [
    { ...optional("at", { kind: "int32" }), required: true },
    ...leaves,
    optional("struct", struct),
    optional("structs", { kind: "list", element: struct }),
    optional("lists", { kind: "list", element: { kind: "list", element: { kind: "string" } } }),
  ];
  const some = fc.sample(holderOf(columns), { seed: 2, numRuns: 500 });
  await assertRoundTrip(
    columns,
    Array.from({ length: 10_000 }, (_, at) => ({ ...some[at * 7 % 500], at })),
  );
});

Deno.test("an absent struct, one whose members are all absent and an empty list stay apart", async () => {
  const columns: Column[] = [
    {
      name: "outer",
      required: false,
      type: {
        kind: "struct",
        columns: [{
          name: "inner",
          required: false,
          type: {
            kind: "struct",
            columns: [{ name: "flag", required: false, type: { kind: "boolean" } }],
          },
        }],
      },
    },
    { name: "tags", required: false, type: { kind: "list", element: { kind: "string" } } },
    { name: "map", required: false, type: { kind: "stringMap" } },
  ];
  const rows = [
    {},
    { outer: {} },
    { outer: { inner: {} } },
    { outer: { inner: { flag: false } } },
    { tags: [] },
    { tags: [""] },
    { map: {} },
    { map: { "": "" } },
  ];
  assert.deepEqual(await readRows(await encodeParquet(rows, columns, PLAIN)), rows);
});
