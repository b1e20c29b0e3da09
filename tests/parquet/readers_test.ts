import assert from "node:assert/strict";
import { mapRecord } from "../../src/ocsf/map.ts";
import { OCSF_VERSIONS, type OcsfVersion } from "../../src/ocsf/version.ts";
import { columnsOf } from "../../src/parquet/columns.ts";
import { encodeBatch, type EncodedFile } from "../../src/parquet/encode_batch.ts";
import { project } from "../../src/parquet/project.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { FULL_EVENTS } from "../ocsf/full_events.ts";
import { bytes, CLOUD, edgeCasePayloads, RECEIVED_MICROSECONDS } from "../ocsf/support.ts";
import { duckDbRows, NO_DUCKDB } from "../support/duckdb.ts";
import { generateEvents, NO_GENERATOR } from "../support/generator.ts";
import { corpusEvents } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

/*
 * What is mapped is what two readers that share no code with our writer read back from the file, row
 * for row and byte for byte: so what tests/ocsf/versions_test.ts says of findings is true of files.
 */

/** For every version others, so that together they are all that versions_test.ts validates. */
const GENERATED = 20_000;
const SLICE = GENERATED / OCSF_VERSIONS.length;

type Row = Record<string, unknown>;

let generated: readonly string[] | undefined;

function payloadsFor(version: OcsfVersion): Uint8Array[] {
  generated ??= generateEvents(GENERATED);
  const first = OCSF_VERSIONS.indexOf(version) * SLICE;
  const events = [...FULL_EVENTS, ...corpusEvents(), ...generated.slice(first, first + SLICE)];
  return [...events.map(bytes), ...edgeCasePayloads()];
}

interface Encoded {
  readonly files: readonly EncodedFile[];
  /** What the files must hold, as JSON texts in any order. */
  readonly expected: readonly string[];
}

async function encode(ocsfVersion: OcsfVersion): Promise<Encoded> {
  const records = payloadsFor(ocsfVersion).map((payload, at) => ({
    sequence: at + 1,
    receivedMicroseconds: RECEIVED_MICROSECONDS,
    payload,
  }));
  const context = { ...CLOUD, ocsfVersion };
  const files = await encodeBatch(() => records, {
    ...context,
    schema: "ocsf",
    compression: "zstd",
    version: "0.0.0",
    logId: "00000000000000000000000000000000",
    first: 1,
    last: records.length,
  });
  const columns = columnsOf(ocsfVersion);
  const rows = records.map((record) => project(mapRecord(record, context), columns));
  return { files, expected: rows.map((row) => JSON.stringify(row)).sort() };
}

for (const version of OCSF_VERSIONS) {
  testUnless(NO_GENERATOR, `hyparquet reads what was mapped to ${version}`, async () => {
    const { files, expected } = await encode(version);
    const rows = (await Promise.all(files.map((file) => readRows(file.bytes)))).flat();
    assert.deepEqual(rows.map((row) => JSON.stringify(row)).sort(), expected);
  });

  testUnless(NO_GENERATOR ?? NO_DUCKDB, `DuckDB reads what was mapped to ${version}`, async () => {
    const { files, expected } = await encode(version);
    const rows = files.flatMap((file) => {
      const path = Deno.makeTempFileSync({ suffix: ".parquet" });
      try {
        Deno.writeFileSync(path, file.bytes);
        return duckDbRows(path);
      } finally {
        Deno.removeSync(path);
      }
    });
    assert.deepEqual(rows.map((row) => JSON.stringify(withTimeAsText(row))).sort(), expected);
  });
}

/** DuckDB's JSON writes a time as SQL does: `2026-01-02 03:04:05.006+00`. */
function withTimeAsText(row: Row): Row {
  return { ...row, time_dt: new Date(row.time as number).toISOString() };
}
