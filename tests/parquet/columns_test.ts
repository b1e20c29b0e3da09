import assert from "node:assert/strict";
import fc from "fast-check";
import type { Column, ColumnType } from "../../src/parquet/column.ts";
import { COLUMNS_1_1_0 } from "../../src/parquet/columns.ts";
import { arbitraryEvent } from "../ocsf/arbitrary_event.ts";
import { bytes, CLOUD, corpusPayloads, eventText, leafPaths, mapBytes } from "../ocsf/support.ts";
import { GOLDEN_COLUMNS_1_1_0 } from "./golden_columns_1_1_0.ts";
import { NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

/** The leaf columns as `path type`, with `!` where REQUIRED: `evidences[].process.pid int32`. */
function* describe(columns: readonly Column[], prefix = ""): Generator<string> {
  for (const { name, type, required } of columns) {
    yield* describeType(type, `${prefix}${name}${required ? "!" : ""}`);
  }
}

function* describeType(type: ColumnType, path: string): Generator<string> {
  if (type.kind === "struct") yield* describe(type.columns, `${path}.`);
  else if (type.kind === "list") yield* describeType(type.element, `${path}[]`);
  else yield `${path} ${type.kind}`;
}

const COLUMN_PATHS = new Set(
  [...describe(COLUMNS_1_1_0)].map((line) => line.slice(0, line.indexOf(" ")).replaceAll("!", "")),
);

function assertAllHaveColumns(payload: Uint8Array): void {
  for (const path of leafPaths(mapBytes(payload, CLOUD))) {
    assert.ok(COLUMN_PATHS.has(path), `${path} has no column`);
  }
}

/** Two events that together fill every attribute there is. */
const FULL = [
  eventText({
    output: "o",
    hostname: "h",
    tags: ["maturity_stable", "mitre_execution", "T1059.004"],
    output_fields: {
      ...{
        "proc.name": "a",
        "proc.pid": 1,
        "proc.vpid": 2,
        "thread.tid": 3,
        "proc.cmdline": "a b",
      },
      ...{ "proc.exepath": "/bin/a", "user.name": "u", "user.uid": 4, "user.loginuid": 5 },
      ...{ "group.name": "g", "group.gid": 6, "proc.aname[2]": "c" },
      ...{ "proc.pname": "p", "proc.ppid": 7, "proc.pcmdline": "p q", "proc.pexepath": "/bin/p" },
      ...{ "container.id": "i", "container.name": "n", "container.type": "docker" },
      ...{ "container.image.repository": "r", "container.image.tag": "t" },
      ...{ "k8s.pod.name": "k", "k8s.ns.name": "s", "k8s.pod.labels": "l:1" },
      "k8s.pod.uid": "0d5f5c4e-9d0a-4d55-8c41-6a1f0c2f9b11",
      ...{ "fd.cip": "10.0.0.1", "fd.cport": 8, "fd.cip.name": "c", "fd.l4proto": "tcp" },
      ...{ "fd.sip": "10.0.0.2", "fd.sport": 9, "fd.sip.name": "s", "fd.name": "/etc/passwd" },
      ...{ "evt.type": "open", other: "x" },
    },
  }),
  eventText({ hostname: "h_1", output_fields: { "proc.name": "a", "proc.pname": "b" } }),
].map(bytes);

Deno.test("set, order, type and REQUIRED of the columns are fixed", () => {
  // After a deliberate change: Security Lake users have to run their Glue crawler again. Say so.
  assert.deepEqual([...describe(COLUMNS_1_1_0)], GOLDEN_COLUMNS_1_1_0.trim().split("\n"));
});

Deno.test("every column can be filled, and every attribute of a full finding has a column", () => {
  const filled = new Set(FULL.flatMap((payload) => [...leafPaths(mapBytes(payload, CLOUD))]));
  assert.deepEqual([...filled].sort(), [...COLUMN_PATHS].sort());
});

testUnless(
  NO_SHARED,
  "every attribute of every finding of the corpus has a column",
  () => corpusPayloads().forEach(assertAllHaveColumns),
);

Deno.test("every attribute of the finding of any event has a column", () => {
  fc.assert(
    fc.property(arbitraryEvent, ({ text }) => assertAllHaveColumns(bytes(text))),
    { numRuns: 1000 },
  );
});

Deno.test("time_dt is the time in milliseconds, not its text", () => {
  const column = COLUMNS_1_1_0.find(({ name }) => name === "time_dt");
  const finding = mapBytes(FULL[0]!);
  assert.equal(column?.get?.(finding), finding.time);
  assert.equal(column?.type.kind, "timestamp");
});
