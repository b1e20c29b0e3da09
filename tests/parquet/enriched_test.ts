import assert from "node:assert/strict";
import type { EnrichmentSettings } from "../../src/event/enrichment_settings.ts";
import { encodeBatch, type EncodeSettings } from "../../src/parquet/encode_batch.ts";
import { contextOf, layoutOf } from "../../src/parquet/layout.ts";
import { project } from "../../src/parquet/project.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { FULL_EVENTS } from "../ocsf/full_events.ts";
import { bytes, eventText, RECEIVED_MICROSECONDS } from "../ocsf/support.ts";
import type { Row } from "../support/row.ts";
import { corpusEvents, loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

const ENRICHMENT: EnrichmentSettings = {
  customfields: [
    { name: "env", value: "prod", label: "env" },
    { name: "proc.name", value: "custom", label: "proc_name" },
    { name: "container.image.repository", value: "mirror/app", label: undefined },
  ],
  customtags: ["team-a"],
  templatedfields: [{ name: "t", template: '{{ index . "env" }}!', label: "t" }],
  bracketreplacer: "_",
  outputfieldformat: "<output> <tags>",
};

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
  enrichment: ENRICHMENT,
};

const FALCOSIDEKICK: EncodeSettings = { ...SETTINGS, schema: "falcosidekick" };

const EVENT = eventText({
  output: "03:04:05.123456789: Error A shell",
  output_fields: { "container.id": "c1", "proc.name": "sh", "x[1]": "y", "proc.aname[2]": "init" },
  tags: ["shell"],
});

const recordsOf = (texts: readonly string[]) =>
  texts.map((text, at) => ({
    sequence: at + 1,
    receivedMicroseconds: RECEIVED_MICROSECONDS,
    payload: bytes(text),
  }));

const encode = (texts: readonly string[], settings: EncodeSettings) =>
  encodeBatch(() => recordsOf(texts), settings);

async function rowsOf(texts: readonly string[], settings: EncodeSettings): Promise<Row[]> {
  const files = await encode(texts, settings);
  assert.ok(files.every(({ incomplete }) => incomplete === 0));
  return (await Promise.all(files.map(({ bytes }) => readRows(bytes)))).flat();
}

Deno.test("an enriched event is a row with its fields in their columns, and the received bytes", async () => {
  const [row] = await rowsOf([EVENT], SETTINGS);
  const [evidence] = row!["evidences"] as readonly {
    readonly process: Readonly<Record<string, unknown>>;
  }[];
  const { name, lineage, container } = evidence!.process;
  assert.deepEqual([name, lineage], ["custom", ["init", "custom"]]);
  assert.deepEqual(container, { uid: "c1", image: { uid: "mirror/app", name: "mirror/app" } });
  assert.deepEqual(row!["unmapped"], { "x_1": "y", env: "prod", t: "prod!" });
  assert.equal(row!["message"], "A shell shell,team-a");
  assert.equal(row!["raw_data"], EVENT);
});

Deno.test("an enriched row of falcosidekick's has the fields as observables, and the received bytes", async () => {
  const [row] = await rowsOf([EVENT], FALCOSIDEKICK);
  const observables = row!["observables"] as readonly { readonly name: string; value: string }[];
  assert.deepEqual(observables.map(({ name, value }) => [name, value]), [
    ["container.id", "c1"],
    ["proc.name", "custom"],
    ["x_1", "y"],
    ["proc.aname_2", "init"],
    ["env", "prod"],
    ["container.image.repository", "mirror/app"],
    ["t", "prod!"],
  ]);
  const { labels } = row!["metadata"] as { readonly labels: readonly string[] };
  assert.deepEqual(labels, ["shell", "team-a"]);
  assert.equal(row!["raw_data"], EVENT);
});

for (const settings of [SETTINGS, FALCOSIDEKICK]) {
  const { schema } = settings;

  Deno.test(`the same settings give the same bytes, cloned for another thread too: ${schema}`, async () => {
    const once = await encode([EVENT, ...FULL_EVENTS], settings);
    assert.deepEqual(await encode([EVENT, ...FULL_EVENTS], settings), once);
    assert.deepEqual(await encode([EVENT, ...FULL_EVENTS], structuredClone(settings)), once);
    const { enrichment: _, ...plain } = settings;
    assert.notDeepEqual(await encode([EVENT, ...FULL_EVENTS], plain), once);
  });

  Deno.test(`settings change no partition and no order of rows: ${schema}`, async () => {
    const { enrichment: _, ...plain } = settings;
    const orderOf = async (settings: EncodeSettings) =>
      (await rowsOf([...FULL_EVENTS, EVENT], settings)).map((row) => row["raw_data"]);
    assert.deepEqual(await orderOf(settings), await orderOf(plain));
  });

  Deno.test(`without rawData no row has the received bytes, and what is no event does: ${schema}`, async () => {
    const rows = async (
      rawData: boolean,
    ) => (await rowsOf([EVENT, ...FULL_EVENTS], { ...settings, rawData }));
    const absent = schema === "ocsf" ? undefined : "";
    for (const row of await rows(false)) assert.equal(row["raw_data"], absent);
    for (const row of await rows(true)) assert.ok(row["raw_data"]);
    const [file] = await encode(["no event"], { ...settings, rawData: false });
    assert.equal(file!.incomplete, 1);
    assert.equal((await readRows(file!.bytes))[0]!["raw_data"], "no event");
  });
}

Deno.test("without settings there is nothing to enrich with", () => {
  const { enrichment: _, ...plain } = SETTINGS;
  assert.equal(contextOf(plain).enrich, undefined);
  assert.equal(contextOf(SETTINGS).enrich?.rename("a[1]"), "a_1");
});

testUnless(
  NO_SHARED,
  "all enriched rows of the real events are valid and in their file as mapped",
  async () => {
    const validate = await loadValidator();
    const { map, columns } = layoutOf("ocsf", SETTINGS);
    const texts = corpusEvents();
    const findings = recordsOf(texts).map((record) => map(record));
    for (const finding of findings) assert.deepEqual(validate(finding), []);
    const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    assert.deepEqual(
      sorted(await rowsOf(texts, SETTINGS)),
      sorted(findings.map((finding) => project({ ...finding }, columns))),
    );
  },
);
