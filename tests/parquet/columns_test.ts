import assert from "node:assert/strict";
import fc from "fast-check";
import { type MappingContext, mapRecord } from "../../src/ocsf/map.ts";
import { OCSF_VERSIONS, type OcsfVersion } from "../../src/ocsf/version.ts";
import type { Column, ColumnType } from "../../src/parquet/column.ts";
import { columnsOf } from "../../src/parquet/columns.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";
import { arbitraryEvent } from "../ocsf/arbitrary_event.ts";
import { FULL_EVENTS } from "../ocsf/full_events.ts";
import { bytes, CLOUD, corpusPayloads, leafPaths, RECEIVED_MICROSECONDS } from "../ocsf/support.ts";
import { schemaText } from "../support/parquet_footer.ts";
import { ROOT } from "../support/root.ts";
import { NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

/** The paths of all leaf columns: `evidences[].process.pid`. */
function* leafColumns(columns: readonly Column[], prefix = ""): Generator<string> {
  for (const { name, type } of columns) yield* leavesOf(type, `${prefix}${name}`);
}

function* leavesOf(type: ColumnType, path: string): Generator<string> {
  if (type.kind === "struct") yield* leafColumns(type.columns, `${path}.`);
  else if (type.kind === "list") yield* leavesOf(type.element, `${path}[]`);
  else yield path;
}

const PATHS = new Map(
  OCSF_VERSIONS.map((version) => [version, new Set(leafColumns(columnsOf(version)))]),
);

function pathsOf(payload: Uint8Array, ocsfVersion: OcsfVersion): string[] {
  const context: MappingContext = { ...CLOUD, ocsfVersion };
  const record = { payload, receivedMicroseconds: RECEIVED_MICROSECONDS };
  return [...leafPaths(mapRecord(record, context))];
}

function assertAllHaveColumns(payload: Uint8Array): void {
  for (const version of OCSF_VERSIONS) {
    for (const path of pathsOf(payload, version)) {
      assert.ok(PATHS.get(version)!.has(path), `${path} has no column in ${version}`);
    }
  }
}

for (const version of OCSF_VERSIONS) {
  Deno.test(`set, order, type and REQUIRED of the columns of ${version} are fixed`, async () => {
    const file = await encodeParquet([], columnsOf(version), { compression: "none", metadata: {} });
    const path = `${ROOT}tests/parquet/golden/${version}.schema`;
    // After a deliberate change: Security Lake users have to run their Glue crawler again. Say so
    // in the CHANGELOG, and write the files anew with FALCO_LAKE_GOLDEN=write.
    if (Deno.env.get("FALCO_LAKE_GOLDEN") === "write") {
      Deno.writeTextFileSync(path, `${schemaText(file)}\n`);
    }
    assert.equal(`${schemaText(file)}\n`, Deno.readTextFileSync(path));
  });

  Deno.test(`every column of ${version} can be filled, and every attribute has one`, () => {
    const texts = [...FULL_EVENTS, "no event"];
    const filled = new Set(texts.flatMap((text) => pathsOf(bytes(text), version)));
    assert.deepEqual([...filled].sort(), [...PATHS.get(version)!].sort());
  });
}

testUnless(
  NO_SHARED,
  "every attribute of every finding of the corpus has a column",
  () => corpusPayloads().forEach(assertAllHaveColumns),
);

Deno.test("every attribute of the finding of any event has a column", () => {
  fc.assert(
    fc.property(arbitraryEvent, ({ text }) => assertAllHaveColumns(bytes(text))),
    { numRuns: 300 },
  );
});

Deno.test("time_dt is the time in milliseconds, not its text", () => {
  const column = columnsOf("1.1.0").find(({ name }) => name === "time_dt");
  assert.equal(column?.get?.({ time: 5 }), 5);
  assert.equal(column?.type.kind, "timestamp");
});
