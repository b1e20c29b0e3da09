import assert from "node:assert/strict";
import fc from "fast-check";
import { required, string, stringMap, strings, structs } from "../../src/parquet/column.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { footerOf, pagesOf } from "../support/parquet_footer.ts";

/** "Data page size must be at most 1 MB uncompressed": Security Lake, custom source requirements. */
const MOST = 1_000_000;

const COLUMNS = [
  string("optional"),
  required(string("required")),
  strings("list"),
  structs("structs", [string("member")]),
  stringMap("map"),
];
const OPTIONS = { compression: "snappy", metadata: {} } as const;

/** A row with `length` characters in every column, different from every other row. */
function rowOf(length: number, at: number): Record<string, unknown> {
  const text = `${at} `.padEnd(length, "x");
  const half = text.slice(0, length / 2);
  return {
    optional: text,
    required: text,
    list: [half, half],
    structs: [{ member: half }, {}, { member: half }],
    map: { a: half, [half]: "" },
  };
}

async function assertSmallPages(lengths: readonly number[]): Promise<void> {
  const file = await encodeParquet(lengths.map(rowOf), COLUMNS, OPTIONS);
  for (const page of pagesOf(file)) {
    assert(["DATA_PAGE", "DICTIONARY_PAGE"].includes(page.type), page.type);
    assert(page.uncompressedBytes <= MOST, `${page.column}: ${page.uncompressedBytes} bytes`);
    assert(["PLAIN", "RLE_DICTIONARY", "RLE"].includes(page.encoding!), page.encoding);
  }
}

Deno.test("5 MB of strings are many v1 pages of at most 1 MB, in PLAIN and dictionary", async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => rowOf(1700, at));
  const file = await encodeParquet(rows, COLUMNS, OPTIONS);
  const pages = pagesOf(file).filter(({ column }) => column === "optional");
  assert(pages.length > 5);
  assert.deepEqual([...new Set(pages.map(({ type }) => type))], ["DICTIONARY_PAGE", "DATA_PAGE"]);
  assert.deepEqual(
    new Set(pages.map(({ encoding }) => encoding)),
    new Set(["PLAIN", "RLE_DICTIONARY"]),
  );
  await assertSmallPages(new Array(3000).fill(1700));
  assert.deepEqual((await readRows(file))[2999], rows[2999]);
});

Deno.test("pages stay small when row sizes change in the middle of a file", async () => {
  const lengths = (length: number, of: (at: number) => number) =>
    Array.from({ length }, (_, at) => of(at));
  await assertSmallPages(lengths(1150, (at) => at < 1000 ? 300 : 65_535)); // from short to long
  await assertSmallPages(lengths(2050, (at) => at % 1024 > 900 ? 20_000 : 300)); // in bursts
  await assertSmallPages(lengths(1000, (at) => at % 300 === 299 ? 260_000 : 900)); // now and then
  await assertSmallPages(lengths(2000, (at) => at * 37 % 10_000)); // all kinds
});

Deno.test("pages stay small whatever the sizes of rows", async () => {
  const stretch = fc.record({
    rows: fc.integer({ min: 1, max: 1500 }),
    length: fc.oneof(fc.integer({ max: 3000, min: 0 }), fc.integer({ max: 70_000, min: 0 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 6 }), async (stretches) => {
      const lengths = stretches.flatMap(({ rows, length }) => new Array<number>(rows).fill(length));
      // Some 60 MB are enough for one case.
      let budget = 10_000_000;
      await assertSmallPages(lengths.filter((length) => (budget -= length) > 0));
    }),
    { numRuns: 15 },
  );
});

Deno.test("a value larger than a page has a page of its own", async () => {
  const rows = [100, 3_000_000, 100, 3_000_000, 100].map(rowOf);
  const file = await encodeParquet(rows, [string("optional")], OPTIONS);
  assert(pagesOf(file).every(({ uncompressedBytes }) => uncompressedBytes < 3_600_000));
  assert.deepEqual(
    (await readRows(file)).map(({ optional }) => optional),
    rows.map(({ optional }) => optional),
  );
});

Deno.test("row groups stay under 128 MiB", async () => {
  const rows = Array.from(
    { length: 1400 },
    (_, at) => ({ optional: `${at} `.padEnd(100_000, "x") }),
  );
  const options = { compression: "none", metadata: {} } as const;
  const groups = footerOf(await encodeParquet(rows, [string("optional")], options)).row_groups;
  assert.equal(groups.length, 2);
  for (const { total_byte_size: bytes } of groups) assert(bytes <= 128 << 20, `${bytes} bytes`);
});
