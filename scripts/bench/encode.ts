/**
 * The encoder on one core: `deno run -A scripts/bench/encode.ts [EVENTS.ndjson]`. Without a file, the
 * demo's events over and over, each with its own time. Prints the whole, then its parts; bytes per
 * event; then peak memory, each batch in a process of its own.
 */
import { demoEvents } from "../../src/cli/demo/events.ts";
import { mapRecord } from "../../src/ocsf/map.ts";
import { arrowStreams } from "../../src/parquet/arrow_ipc.ts";
import { columnsOf } from "../../src/parquet/columns.ts";
import { encodeBatch, type EncodeSettings } from "../../src/parquet/encode_batch.ts";
import { parquetWasm } from "../../src/parquet/parquet_wasm.ts";
import { type Compression, writerProperties } from "../../src/parquet/writer_properties.ts";
import { systemProcess } from "../../src/platform/process.ts";

const ROUNDS = 5;
const TIMED_EVENTS = 20_000;
const MIB = 1 << 20;
/** `lake.maxfilesize`: what a batch holds at most. */
const BATCH_BYTES = 128 * MIB;
const RECEIVED = Date.parse("2026-05-01T12:00:00Z") * 1000;

/** Batches whose peak memory is measured. */
const BATCHES = ["1000", "100000", "1000000", "0xff", "deep", "wide"];

const print = (text: string) => systemProcess.out(`${text}\n`);
const encoder = new TextEncoder();

interface BenchRecord {
  readonly sequence: number;
  readonly receivedMicroseconds: number;
  readonly payload: Uint8Array;
}

const recordOf = (payload: Uint8Array, at: number): BenchRecord => ({
  sequence: at + 1,
  receivedMicroseconds: RECEIVED + at,
  payload,
});

/** Read in blocks and cut as bytes, since the text of the file would weigh more than the batch. */
function* linesOf(path: string): Generator<Uint8Array> {
  const file = Deno.openSync(path);
  const block = new Uint8Array(MIB);
  let rest = new Uint8Array(0);
  for (let read = file.readSync(block); read !== null; read = file.readSync(block)) {
    const bytes = new Uint8Array(rest.length + read);
    bytes.set(rest);
    bytes.set(block.subarray(0, read), rest.length);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      if (end > start) yield bytes.slice(start, end);
      start = end + 1;
    }
    rest = bytes.slice(start);
  }
  file.close();
}

function* demoPayloads(): Generator<Uint8Array> {
  const demo = demoEvents(Date.parse("2026-05-01T12:00:00Z"));
  for (let at = 0;; at++) {
    const time = new Date(Date.parse("2026-05-01T00:00:00Z") + at * 17).toISOString();
    yield encoder.encode(demo[at % demo.length]!.replace(/"time":"[^"]*"/, `"time":"${time}"`));
  }
}

/** As many events as asked for: the file's, again from its beginning when it has fewer. */
function* payloads(path: string | undefined, count: number): Generator<Uint8Array> {
  for (let left = count; left > 0;) {
    for (const payload of path === undefined ? demoPayloads() : linesOf(path)) {
      if (left-- === 0) return;
      yield payload;
    }
  }
}

const event = (fields: string): string =>
  `{"rule":"r","priority":"info","time":"2026-05-01T00:00:00Z","output_fields":${fields}}`;

/** What a sender who means harm would fill a batch with. */
const HOSTILE: Readonly<Record<string, () => Uint8Array>> = {
  "0xff": () => new Uint8Array(4000).fill(0xff),
  deep: () => encoder.encode(event(`{"a":${"[".repeat(9000)}${"]".repeat(9000)}}`)),
  wide: () => {
    const fields = Array.from({ length: 2000 }, (_, at) => `"f${at}":${at}`);
    return encoder.encode(event(`{${fields.join()}}`));
  },
};

/** The records of a batch, one by one as the buffer's reader gives them, up to BATCH_BYTES. */
function* batch(name: string, path: string | undefined): Generator<BenchRecord> {
  let bytes = 0;
  let at = 0;
  const hostile = HOSTILE[name]?.();
  for (const payload of hostile ? forever(hostile) : payloads(path, Number(name))) {
    bytes += payload.length;
    if (bytes > BATCH_BYTES) return;
    yield recordOf(payload, at++);
  }
}

function* forever<T>(value: T): Generator<T> {
  while (true) yield value;
}

const settingsFor = (compression: Compression): EncodeSettings => ({
  region: "eu-central-1",
  accountId: "123456789012",
  schema: "ocsf",
  ocsfVersion: "1.1.0",
  compression,
  version: "0.0.0",
  logId: "00000000000000000000000000000000",
  first: 1,
  last: 1,
});

const settings = settingsFor("zstd");

/** In the process of one batch, or of as many as a million events take: its row of the table. */
async function measureMemory(name: string, path: string | undefined): Promise<void> {
  let events = 0;
  let received = 0;
  let written = 0;
  const wanted = HOSTILE[name] ? 1 : Number(name);
  const source = HOSTILE[name] ? undefined : payloads(path, wanted);
  function* next(): Generator<BenchRecord> {
    let bytes = 0;
    const records = source === undefined ? batch(name, path) : (function* () {
      for (let item = source.next(); !item.done; item = source.next()) {
        yield recordOf(item.value, events);
      }
    })();
    for (const record of records) {
      events++;
      received += record.payload.length;
      bytes += record.payload.length;
      yield record;
      if (bytes >= BATCH_BYTES) return;
    }
  }
  let batches = 0;
  do {
    for (const { bytes } of await encodeBatch(next, settings)) written += bytes.length;
    batches++;
  } while (HOSTILE[name] === undefined && events < wanted);
  const perBatch = received / batches;
  const peak = peakBytes();
  print(
    `${name.padEnd(10)}${events.toLocaleString("en").padStart(10)} events` +
      `${batches.toString().padStart(4)} batches of ${
        (perBatch / MIB).toFixed(1).padStart(6)
      } MiB` +
      `${(peak / MIB).toFixed(0).padStart(7)} MiB peak` +
      `${(written / events).toFixed(0).padStart(7)} bytes/event` +
      `${(parquetWasm().wasmMemory().buffer.byteLength / MIB).toFixed(0).padStart(6)} MiB wasm`,
  );
}

/** The most memory that this process has had, as Linux tells it. */
function peakBytes(): number {
  const [, kilobytes = "0"] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status")) ??
    [];
  return Number(kilobytes) * 1024;
}

/** Runs it ROUNDS times, the first not counted; prints the median and returns the last result. */
async function measure<T>(
  what: string,
  events: number,
  bytes: number,
  run: () => T | Promise<T>,
): Promise<T> {
  let result = await run();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    result = await run();
    times.push(performance.now() - start);
  }
  const seconds = times.toSorted((a, b) => a - b)[ROUNDS >> 1]! / 1000;
  print(
    `${what.padEnd(28)}${Math.round(events / seconds).toLocaleString("en").padStart(9)}/s` +
      `${(bytes / seconds / 1e6).toFixed(0).padStart(6)} MB/s` +
      `${(seconds / events * 1e6).toFixed(1).padStart(8)} µs/event`,
  );
  return result;
}

async function measureSpeed(path: string | undefined): Promise<void> {
  const records = [...payloads(path, TIMED_EVENTS)].map(recordOf);
  const received = records.reduce((sum, { payload }) => sum + payload.length, 0);
  const { length } = records;
  const wholeOf = async (compression: Compression) =>
    (await encodeBatch(() => records, settingsFor(compression)))
      .reduce((sum, { bytes }) => sum + bytes.length, 0);
  print(
    `${length.toLocaleString("en")} events of ${(received / length).toFixed(0)} bytes, ` +
      `median of ${ROUNDS}\n`,
  );
  await measure("whole (zstd)", length, received, () => wholeOf("zstd"));
  const rows = await measure(
    "  map",
    length,
    received,
    () => records.map((record) => mapRecord(record, settings)),
  );
  const streams = await measure(
    "  rows to Arrow",
    length,
    received,
    () => [...arrowStreams(rows, columnsOf("1.1.0"))],
  );
  const { Table, transformParquetStream } = parquetWasm();
  await measure("  Arrow to Parquet (zstd)", length, received, async () => {
    const batches = ReadableStream.from(
      streams.flatMap((stream) => Table.fromIPCStream(stream).recordBatches()),
    );
    const properties = writerProperties({ compression: "zstd", metadata: {} });
    return await new Response(await transformParquetStream(batches, properties)).bytes();
  });
  print("");
  for (const compression of ["zstd", "snappy", "gzip", "none"] as const) {
    const bytes = await wholeOf(compression);
    print(
      `${compression.padEnd(8)}${(bytes / length).toFixed(0).padStart(6)} bytes/event, ` +
        `1 : ${(received / bytes).toFixed(1)} of what was received`,
    );
  }
}

const [first, second, third] = Deno.args;
if (first === "--memory" && second !== undefined) {
  await measureMemory(second, third);
} else {
  await measureSpeed(first);
  print("");
  for (const name of BATCHES) {
    const script = new URL(import.meta.url).pathname;
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", script, "--memory", name, ...(first === undefined ? [] : [first])],
      stderr: "inherit",
    }).output();
    print(success ? new TextDecoder().decode(stdout).trimEnd() : `${name.padEnd(10)}failed`);
  }
}
