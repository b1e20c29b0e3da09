/**
 * The encoder on one core: `deno run -A scripts/bench/encode.ts [EVENTS.ndjson]`. Without a file, the
 * demo's events over and over, each with its own time. The whole, then its parts; bytes per event.
 */
import { demoEvents } from "../../src/cli/demo/events.ts";
import { mapRecord } from "../../src/ocsf/map.ts";
import { arrowStream } from "../../src/parquet/arrow_ipc.ts";
import { columnsOf } from "../../src/parquet/columns.ts";
import { encodeBatch, type EncodeSettings } from "../../src/parquet/encode_batch.ts";
import { parquetWasm } from "../../src/parquet/parquet_wasm.ts";
import { type Compression, writerProperties } from "../../src/parquet/writer_properties.ts";
import { systemProcess } from "../../src/platform/process.ts";

const ROUNDS = 7;
const DEMO_EVENTS = 20_000;
const MIB = 1 << 20;

const print = (text: string) => systemProcess.out(`${text}\n`);

function readLines(): string[] {
  const [path] = Deno.args;
  if (path !== undefined) {
    return Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
  }
  const demo = demoEvents(Date.parse("2026-05-01T12:00:00Z"));
  return Array.from({ length: DEMO_EVENTS }, (_, at) => {
    const time = new Date(Date.parse("2026-05-01T00:00:00Z") + at * 17).toISOString();
    return demo[at % demo.length]!.replace(/"time":"[^"]*"/, `"time":"${time}"`);
  });
}

const encoder = new TextEncoder();
const records = readLines().map((line, at) => ({
  sequence: at + 1,
  receivedMicroseconds: Date.parse("2026-05-01T12:00:00Z") * 1000 + at,
  payload: encoder.encode(line),
}));
const received = records.reduce((sum, { payload }) => sum + payload.length, 0);

const settingsFor = (compression: Compression): EncodeSettings => ({
  region: "eu-central-1",
  accountId: "123456789012",
  schema: "ocsf",
  ocsfVersion: "1.1.0",
  compression,
  version: "0.0.0",
  logId: "00000000000000000000000000000000",
  first: 1,
  last: records.length,
});

/** Runs it ROUNDS times, the first not counted; prints the median and returns the last result. */
function measure<T>(what: string, run: () => T): T {
  let result = run();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    result = run();
    return performance.now() - start;
  });
  const seconds = times.toSorted((a, b) => a - b)[ROUNDS >> 1]! / 1000;
  print(
    `${what.padEnd(28)}${Math.round(records.length / seconds).toLocaleString("en").padStart(9)}/s` +
      `${(received / seconds / 1e6).toFixed(0).padStart(6)} MB/s` +
      `${(seconds / records.length * 1e6).toFixed(1).padStart(8)} µs/event`,
  );
  return result;
}

const wholeOf = (compression: Compression) =>
  encodeBatch(records, settingsFor(compression)).reduce((sum, { bytes }) => sum + bytes.length, 0);

print(
  `${records.length.toLocaleString("en")} events of ${
    (received / records.length).toFixed(0)
  } bytes, median of ${ROUNDS}\n`,
);

const settings = settingsFor("zstd");
measure("whole (zstd)", () => wholeOf("zstd"));
const rows = measure("  map", () => records.map((record) => mapRecord(record, settings)));
const stream = measure("  build columns, Arrow", () => arrowStream(rows, columnsOf("1.1.0")));
const { Table, writeParquet, wasmMemory } = parquetWasm();
measure("  write Parquet (zstd)", () =>
  writeParquet(
    Table.fromIPCStream(stream),
    writerProperties({ compression: "zstd", metadata: {} }),
  ));

print("");
for (const compression of ["zstd", "snappy", "gzip", "none"] as const) {
  const bytes = wholeOf(compression);
  print(
    `${compression.padEnd(8)}${(bytes / records.length).toFixed(0).padStart(6)} bytes/event, ` +
      `1 : ${(received / bytes).toFixed(1)} of what was received`,
  );
}

const { rss } = Deno.memoryUsage();
print(
  `\nArrow ${(stream.length / records.length).toFixed(0)} bytes/event; ` +
    `wasm ${(wasmMemory().buffer.byteLength / MIB).toFixed(0)} MiB, ` +
    `process ${(rss / MIB).toFixed(0)} MiB (with all events and rows in memory)`,
);
