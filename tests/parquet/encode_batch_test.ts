import assert from "node:assert/strict";
import type { BufferRecord } from "../../src/buffer/record.ts";
import { encodeBatch, type EncodeSettings } from "../../src/parquet/encode_batch.ts";
import { type Layout, layoutOf } from "../../src/parquet/layout.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { footerOf } from "../support/parquet_footer.ts";

const SETTINGS: EncodeSettings = {
  region: "eu-central-1",
  accountId: "123456789012",
  schema: "ocsf",
  ocsfVersion: "1.1.0",
  compression: "zstd",
  version: "1.2.3",
  logId: "0123456789abcdef0123456789abcdef",
  first: 1,
  last: 9,
};

const record = (payload: string, sequence = 1): BufferRecord => ({
  sequence,
  receivedMicroseconds: Date.parse("2026-05-01T12:00:00Z") * 1000,
  payload: new TextEncoder().encode(payload),
});

const event = (time: string, uuid = "a"): string =>
  JSON.stringify({ uuid, time, rule: "Terminal shell in container", priority: "Notice" });

interface Row extends Record<string, unknown> {
  readonly time: number;
  readonly raw_data: string;
  readonly metadata: { readonly uid: string };
}
const rowsOf = async (bytes: Uint8Array) => await readRows(bytes) as Row[];

Deno.test("each UTC day of the events has its own file, in the order of the days", async () => {
  const times = [
    "2026-03-01T00:00:00.000000001Z",
    "2026-02-28T23:59:59.999999999Z",
    "2026-03-01T01:30:00+02:00", // 23:30 on the day before in UTC
    "2026-03-01T12:00:00Z",
    "2025-12-31T23:59:59Z",
  ];
  const files = await encodeBatch(
    () => times.map((time, at) => record(event(time), at + 1)),
    SETTINGS,
  );

  assert.deepEqual(files.map(({ eventDay, rows }) => [eventDay, rows]), [
    ["20251231", 1],
    ["20260228", 2],
    ["20260301", 2],
  ]);
  for (const { eventDay, rows, bytes } of files) {
    const read = await rowsOf(bytes);
    assert.equal(read.length, rows);
    for (const { time } of read) {
      assert.equal(new Date(time).toISOString().slice(0, 10).replaceAll("-", ""), eventDay);
    }
  }
});

Deno.test("rows are ordered by time, then uid, whatever the order of arrival", async () => {
  const events = [
    event("2026-05-01T10:00:00.003Z", "a"),
    event("2026-05-01T10:00:00.001Z", "c"),
    event("2026-05-01T10:00:00.001Z", "B"),
    event("2026-05-01T10:00:00.002Z", "z"),
    event("2026-05-01T10:00:00.001Z", "a"),
  ];
  for (const order of [events, events.toReversed()]) {
    const [file] = await encodeBatch(() => order.map((text) => record(text)), SETTINGS);
    const rows = await rowsOf(file!.bytes);
    assert.deepEqual(rows.map(({ metadata }) => metadata.uid), ["B", "a", "c", "z", "a"]);
  }
});

Deno.test("raw_data is what was received, even when the reader reuses its memory", async () => {
  const texts = Array.from(
    { length: 50 },
    (_, at) =>
      ` {"rule":"r","priority":"info","time":"2026-05-01T00:00:${String(at + 10)}.1234567Z",` +
      `"output":"${"é🦅".repeat(at)}","output_fields":{"evt.time":1700000000123456789}}\n`,
  );
  function* reused(): Generator<BufferRecord> {
    const memory = new Uint8Array(10_000);
    for (const text of texts) {
      memory.fill(0);
      const { written } = new TextEncoder().encodeInto(text, memory);
      yield { ...record(""), payload: memory.subarray(0, written) };
    }
  }
  const [file] = await encodeBatch(reused, SETTINGS);
  assert.deepEqual((await rowsOf(file!.bytes)).map(({ raw_data }) => raw_data), texts);
});

Deno.test("a record that is no event becomes a row too", async () => {
  const [file] = await encodeBatch(() => [record("no JSON"), record(""), record("\xff")], SETTINGS);
  assert.equal(file!.eventDay, "20260501"); // of when it was received
  assert.equal((await rowsOf(file!.bytes)).length, 3);
});

Deno.test("the footer names writer, log, sequences and OCSF version", async () => {
  const [file] = await encodeBatch(() => [record(event("2026-05-01T00:00:00Z"))], SETTINGS);
  const footer = footerOf(file!.bytes);
  assert.equal(footer.created_by, "falco-lake version 1.2.3");
  const own = footer.key_value_metadata!.find(({ key }) => key === "falco-lake")!;
  assert.deepEqual(JSON.parse(own.value!), {
    version: "1.2.3",
    ocsfVersion: "1.1.0",
    logId: SETTINGS.logId,
    firstSequence: "1",
    lastSequence: "9",
  });
});

Deno.test("the same records and settings give the same files; no records give none", async () => {
  const records = Array.from(
    { length: 300 },
    (_, at) => record(event(new Date(1.75e12 + at * 1e7 % 9e8).toISOString(), `u${at}`), at + 1),
  );
  assert.deepEqual(
    await encodeBatch(() => records, SETTINGS),
    await encodeBatch(() => records, SETTINGS),
  );
  assert.deepEqual(await encodeBatch(() => [], SETTINGS), []);
});

Deno.test("a row that does not fit its columns costs that row its detail, and is counted", async () => {
  const layout = layoutOf("ocsf", SETTINGS);
  const records = [1, 2, 3].map((at) => record(event(`2026-05-01T00:00:0${at}Z`), at));
  // As a mistake of ours would make it: a count that is no integer.
  const mistaken: Layout = {
    ...layout,
    map: (one, failure) => {
      const row = layout.map(one, failure);
      const isWrong = failure === undefined && one === records[1];
      return isWrong ? { ...row, count: 1.5 } as unknown as typeof row : row;
    },
  };
  const [file] = await encodeBatch(() => records, SETTINGS, mistaken);
  assert.deepEqual([file!.rows, file!.incomplete], [3, 1]);
  const rows = await readRows(file!.bytes);
  assert.deepEqual(rows.map(({ status_detail }) => status_detail), [
    undefined,
    "falco-lake failed to map its fields: row 0, column count: 1.5 is not an integer of 32 bits",
    undefined,
  ]);
  assert.equal(rows[1]!.raw_data, event("2026-05-01T00:00:02Z"));
});

Deno.test("times before 1980 and over a day ahead are filed under their own days, and counted", async () => {
  const files = await encodeBatch(
    () =>
      [
        "1970-01-01T00:00:01Z", // no possible time of OCSF's
        "1979-12-31T23:59:59.999Z",
        "1980-01-01T00:00:00Z",
        "2026-05-01T00:00:00Z", // when `record` was received
        "2026-05-01T23:00:00Z",
        "2030-05-01T00:00:00Z",
        "2030-05-01T00:00:01Z",
      ].map((time) => record(event(time))),
    SETTINGS,
  );
  assert.deepEqual(
    files.map(({ eventDay, rows, unlikelyTimes }) => [eventDay, rows, unlikelyTimes]),
    [
      ["19791231", 1, 1],
      ["19800101", 1, 0],
      ["20260501", 3, 1],
      ["20300501", 2, 2],
    ],
  );
});

Deno.test("a batch of more bytes than there are rows kept for is written as any other", async () => {
  const text = (at: number) =>
    event(new Date(1.7778e12 + (at * 7919 % 4096) * 1000).toISOString(), `u${at}`).replace(
      "{",
      `{"output":"${String(at).repeat(500)}",`,
    );
  const records = Array.from({ length: 6000 }, (_, at) => record(text(at), at + 1));
  assert.ok(records.reduce((sum, { payload }) => sum + payload.length, 0) > 8 << 20);
  const files = await encodeBatch(() => records, SETTINGS);
  assert.deepEqual(await encodeBatch(() => records, SETTINGS), files);
  const rows = await rowsOf(files[0]!.bytes);
  assert.deepEqual(files.map(({ rows, incomplete }) => [rows, incomplete]), [[6000, 0]]);
  assert.deepEqual(
    rows.map(({ time }) => time),
    rows.map(({ time }) => time).sort((a, b) => a - b),
  );
  assert.deepEqual(
    rows.map(({ raw_data }) => raw_data).sort(),
    [...records.keys()].map(text).sort(),
  );
});

Deno.test("a row that does not fit is found in a large batch, too, and costs itself its detail", async () => {
  const layout = layoutOf("ocsf", SETTINGS);
  const padding = "x".repeat(2000);
  const records = Array.from(
    { length: 2500 },
    (_, at) => record(event("2026-05-01T00:00:00Z", `${padding}${at}`), at + 1),
  );
  const wrong = new TextDecoder().decode(records[2499]!.payload);
  const mistaken: Layout = {
    ...layout,
    map: (one, failure) => {
      const row = layout.map(one, failure);
      const isWrong = failure === undefined && new TextDecoder().decode(one.payload) === wrong;
      return isWrong ? { ...row, count: 1.5 } as unknown as typeof row : row;
    },
  };
  const [file] = await encodeBatch(() => records, SETTINGS, mistaken);
  assert.deepEqual([file!.rows, file!.incomplete], [2500, 1]);
});

Deno.test("events above readBytes are shipped as they are, without being read", async () => {
  const large = event("2026-04-01T00:00:00Z", "x".repeat(500));
  const records = [record(event("2026-05-01T00:00:00Z"), 1), record(large, 2)];
  for (const schema of ["ocsf", "falcosidekick"] as const) {
    const settings = { ...SETTINGS, schema, readBytes: 200 };
    const files = await encodeBatch(() => records, settings);
    assert.deepEqual(files.map(({ eventDay, rows, incomplete }) => [eventDay, rows, incomplete]), [
      // Under its own day, as without readBytes: else it could stand in the lake under two keys.
      ["20260401", 1, 1],
      ["20260501", 1, 0],
    ]);
    const rows = await readRows(files[0]!.bytes);
    assert.ok(rows.some(({ raw_data }) => raw_data === large));
    assert.match(JSON.stringify(rows), /Unreadable Falco event.*ran out of memory/);
  }
});
