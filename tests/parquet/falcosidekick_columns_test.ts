import assert from "node:assert/strict";
import { mapToFalcosidekick } from "../../src/ocsf/falcosidekick.ts";
import { encodeBatch, type EncodeSettings } from "../../src/parquet/encode_batch.ts";
import { FALCOSIDEKICK_COLUMNS } from "../../src/parquet/falcosidekick_columns.ts";
import { project } from "../../src/parquet/project.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";
import { FULL_EVENTS } from "../ocsf/full_events.ts";
import { bytes, corpusPayloads, edgeCasePayloads, RECEIVED_MICROSECONDS } from "../ocsf/support.ts";
import { askDuckDb, duckDbRows, NO_DUCKDB } from "../support/duckdb.ts";
import { generateEvents, NO_GENERATOR } from "../support/generator.ts";
import { footerOf, schemaText } from "../support/parquet_footer.ts";
import { ROOT } from "../support/root.ts";
import { NO_SHARED, readShared } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

const SETTINGS: EncodeSettings = {
  region: "eu-central-1",
  accountId: "123456789012",
  schema: "falcosidekick",
  ocsfVersion: "1.1.0",
  compression: "zstd",
  version: "1.2.3",
  logId: "0123456789abcdef0123456789abcdef",
  first: 1,
  last: 9,
};

const recordOf = (payload: Uint8Array, at = 0) => ({
  sequence: at + 1,
  receivedMicroseconds: RECEIVED_MICROSECONDS,
  payload,
});

const encode = (payloads: readonly Uint8Array[]) =>
  encodeBatch(() => payloads.map(recordOf), SETTINGS);

interface Row extends Record<string, unknown> {
  readonly message: string;
  readonly finding: { readonly uid: string };
}
const rowsOf = async (payloads: readonly Uint8Array[]): Promise<Row[]> =>
  (await Promise.all((await encode(payloads)).map((file) => readRows(file.bytes)))).flat() as Row[];

const event = (time: string, uuid: string): Uint8Array =>
  bytes(JSON.stringify({ uuid, time, rule: "R", priority: "Notice" }));

/** What the files must hold, as JSON texts in any order. */
const expectedOf = (payloads: readonly Uint8Array[]): string[] =>
  payloads.map((payload) =>
    JSON.stringify(project(mapToFalcosidekick(recordOf(payload)), FALCOSIDEKICK_COLUMNS))
  ).sort();

Deno.test("set, order, type and REQUIRED of falcosidekick's columns are fixed", async () => {
  const file = await encodeParquet([], FALCOSIDEKICK_COLUMNS, {
    compression: "none",
    metadata: {},
  });
  const path = `${ROOT}tests/parquet/golden/falcosidekick.schema`;
  // Tables that falcosidekick filled have these: there is hardly a reason for a change.
  if (Deno.env.get("FALCO_LAKE_GOLDEN") === "write") {
    Deno.writeTextFileSync(path, `${schemaText(file)}\n`);
  }
  assert.equal(`${schemaText(file)}\n`, Deno.readTextFileSync(path));
});

testUnless(
  NO_SHARED,
  "names and kinds of all members are those of the rows that falcosidekick writes",
  () => {
    const [line] = readShared("ocsf/samples/falcosidekick.ndjson").split("\n");
    const theirs = JSON.parse(line!);
    const ours = project(mapToFalcosidekick(recordOf(FULL_EVENT)), FALCOSIDEKICK_COLUMNS);
    assert.deepEqual(kindsOf(ours), kindsOf(theirs));
  },
);

/** A value with the kind of each of its members; of lists the first element's. */
function kindsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(kindsOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, kindsOf(member)]));
}

const FULL_EVENT = bytes(
  '{"rule":"R","priority":"Notice","time":"2026-05-01T10:00:00Z","tags":["t"],"hostname":"h"}',
);

Deno.test("each day has its file, and rows are ordered by time, then uid", async () => {
  const events = [
    event("2026-05-01T10:00:00.002Z", "a"),
    event("2026-05-02T01:30:00+02:00", "z"), // 23:30 on the day before in UTC
    event("2026-05-01T10:00:00.001Z", "c"),
    event("2026-05-02T00:00:00Z", "x"),
    event("2026-05-01T10:00:00.001Z", "B"),
  ];
  for (const order of [events, events.toReversed()]) {
    assert.deepEqual((await encode(order)).map(({ eventDay, rows }) => [eventDay, rows]), [
      ["20260501", 4],
      ["20260502", 1],
    ]);
    const uids = (await rowsOf(order)).map(({ finding }) => finding.uid);
    assert.deepEqual(uids, ["B", "c", "a", "z", "x"]);
  }
});

Deno.test("the footer says whose columns these are, and no OCSF version", async () => {
  const [file] = await encode([event("2026-05-01T00:00:00Z", "a")]);
  const own = footerOf(file!.bytes).key_value_metadata!.find(({ key }) => key === "falco-lake")!;
  assert.deepEqual(JSON.parse(own.value!), {
    version: "1.2.3",
    schema: "falcosidekick",
    logId: SETTINGS.logId,
    firstSequence: "1",
    lastSequence: "9",
  });
});

Deno.test("records that are no events are rows too, with empty lists", async () => {
  const payloads = ["", "no JSON", "\ufeff{}", "{", "\0"].map(bytes);
  const rows = await rowsOf(payloads);
  assert.deepEqual(rows.map((row) => JSON.stringify(row)).sort(), expectedOf(payloads));
});

Deno.test("the same records give the same files; no records give none", async () => {
  const payloads = FULL_EVENTS.map(bytes);
  assert.deepEqual(await encode(payloads), await encode(payloads));
  assert.deepEqual(await encode([]), []);
});

const payloadsOfAllKinds = (): Uint8Array[] => [
  ...FULL_EVENTS.map(bytes),
  ...corpusPayloads(),
  ...edgeCasePayloads(),
  ...generateEvents(2000).map(bytes),
];

testUnless(NO_GENERATOR, "hyparquet reads what was mapped", async () => {
  const payloads = payloadsOfAllKinds();
  const rows = await rowsOf(payloads);
  assert.deepEqual(rows.map((row) => JSON.stringify(row)).sort(), expectedOf(payloads));
});

testUnless(NO_GENERATOR ?? NO_DUCKDB, "DuckDB reads what was mapped", async () => {
  const payloads = payloadsOfAllKinds();
  const rows = (await encode(payloads)).flatMap(({ bytes }) => withFile(bytes, duckDbRows));
  assert.deepEqual(rows.map((row) => JSON.stringify(row)).sort(), expectedOf(payloads));
});

testUnless(NO_DUCKDB, "SQL reaches into lists and structs", async () => {
  const [file] = await encode([FULL_EVENT]);
  const answer = withFile(file!.bytes, (path) =>
    askDuckDb(
      "select classname, observables[1].value, finding.types[1], metadata.labels[1], " +
        `metadata.product.vendor_name from read_parquet('${path}') where severity_id = 2`,
    ));
  assert.deepEqual(answer.map((line) => JSON.parse(line)), [
    ["Security Finding", "h", "syscall", "t", "Falcosecurity"],
  ]);
});

function withFile<T>(bytes: Uint8Array, use: (path: string) => T): T {
  const path = Deno.makeTempFileSync({ suffix: ".parquet" });
  try {
    Deno.writeFileSync(path, bytes);
    return use(path);
  } finally {
    Deno.removeSync(path);
  }
}
