import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../src/ocsf/finding.ts";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import { arbitraryEvent, json } from "./arbitrary_event.ts";
import { OCSF_VERSIONS } from "../../src/ocsf/version.ts";
import { bytes, CLOUD, mapBytes, NO_CLOUD } from "./support.ts";
import { columnsOf } from "../../src/parquet/columns.ts";
import { project } from "../../src/parquet/project.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { encodeParquet } from "../../src/parquet/write_parquet.ts";
import { loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

const RUNS = { numRuns: 2000 };

Deno.test("any bytes become a finding, and the same one each time", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
      const finding = mapBytes(payload);
      assert.equal(finding.finding_info.title, UNREADABLE_TITLE);
      assert.deepStrictEqual(mapBytes(payload.slice()), finding);
    }),
    RUNS,
  );
});

/** An event, and where it goes. */
const mapped = fc.tuple(arbitraryEvent, fc.constantFrom(...OCSF_VERSIONS), fc.boolean()).map(
  ([event, ocsfVersion, inCloud]) => {
    const context = { ...(inCloud ? CLOUD : NO_CLOUD), ocsfVersion };
    return { ...event, context, finding: mapBytes(bytes(event.text), context) };
  },
);

Deno.test("any event is mapped, to the same JSON each time", () => {
  fc.assert(
    fc.property(mapped, ({ text, context, finding }) => {
      assert.notEqual(finding.finding_info.title, UNREADABLE_TITLE, finding.message);
      assert.equal(finding.raw_data, text);
      const written = JSON.stringify(finding);
      assert.ok(written.isWellFormed());
      assert.equal(JSON.stringify(mapBytes(bytes(text), context)), written);
      assert.deepStrictEqual(JSON.parse(written), structuredClone(finding));
    }),
    RUNS,
  );
});

Deno.test("every value of output_fields is in typed attributes or unmapped", () => {
  fc.assert(
    fc.property(mapped, ({ fields, finding }) => {
      const values = typedValues(finding);
      for (const [name, value] of fields) {
        if (name === "evt.time" || name === "evt.time.iso8601") continue;
        if (value === null || value === "" || value === "<NA>" || value === "N/A") continue;
        const expected = textOf(value);
        const isUnmapped = Object.entries(finding.unmapped ?? {}).some(([key, text]) =>
          key.startsWith(name.toWellFormed()) && text === expected
        );
        assert.ok(
          isUnmapped || values.has(expected) || isTypedOtherwise(finding, values, name, value),
          `${name}=${expected} is nowhere in ${JSON.stringify(finding)}`,
        );
      }
    }),
    RUNS,
  );
});

testUnless(NO_SHARED, "the finding of any event is valid", async () => {
  const validate = await loadValidator();
  fc.assert(
    fc.property(mapped, ({ finding }) => {
      assert.deepEqual(validate(finding), []);
    }),
    RUNS,
  );
});

Deno.test("the finding of any event is in its file as it was mapped", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryEvent, { maxLength: 20 }),
      fc.constantFrom(...OCSF_VERSIONS),
      async (events, ocsfVersion) => {
        const context = { ...CLOUD, ocsfVersion };
        const findings = events.map(({ text }) => mapBytes(bytes(text), context));
        const columns = columnsOf(ocsfVersion);
        const file = await encodeParquet(findings, columns, { compression: "zstd", metadata: {} });
        assert.deepEqual(
          await readRows(file),
          findings.map((finding) => project(finding, columns)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

/** A value as `unmapped` writes it: JSON for lists and objects, with the digits as received. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value.toWellFormed();
  return typeof value === "object" ? JSON.stringify(value) : json(value);
}

/** All values in a finding, as text, but for those that repeat the event as a whole. */
function typedValues(finding: Finding): Set<string> {
  const { raw_data: _raw, message: _message, unmapped: _unmapped, ...typed } = finding;
  const values = new Set<string>();
  JSON.stringify(typed, (_key, value) => {
    if (typeof value !== "object") values.add(String(value));
    return value;
  });
  return values;
}

/** Values that take another form in OCSF. */
function isTypedOtherwise(
  finding: Finding,
  values: ReadonlySet<string>,
  name: string,
  value: unknown,
): boolean {
  const evidence = finding.evidences?.[0];
  const text = String(value).toWellFormed();
  const have = (parts: readonly string[]) =>
    parts.every((part) => values.has(part) || values.has(part.trim()));
  switch (name) {
    case "fd.type":
      return ["file", "directory", "unix", "pipe"].includes(text)
        ? (evidence?.file?.type_id ?? 0) > 0
        : value === `ipv${evidence?.connection_info?.protocol_ver_id}`;
    case "fd.name": {
      const { src_endpoint: source, dst_endpoint: destination } = evidence ?? {};
      const server = `${destination?.ip}:${destination?.port}`;
      return value === server || value === `${source?.ip}:${source?.port}->${server}`;
    }
    case "k8s.pod.labels":
    case "container.labels":
      return have(Array.isArray(value) ? value : text.split(","));
    case "evt.arg.flags":
      return have(text.split("|"));
    case "proc.env": {
      const variables = evidence?.process?.environment_variables ?? [];
      return variables.map(({ name, value }) => `${name}=${value}`).join(" ") === text;
    }
    case "proc.args":
      return evidence?.process?.cmd_line?.endsWith(text) ?? false;
    case "proc.exe":
      return evidence?.process?.cmd_line?.startsWith(text) ?? false;
    case "proc.pexe":
      return evidence?.process?.parent_process?.cmd_line?.startsWith(text) ?? false;
    case "proc.exe_ino.mtime":
    case "falco.host_boot_ts": // nanoseconds as milliseconds
      return values.has(text.slice(0, -6));
    case "ka.verb":
    case "ka.target.subresource":
    case "github.action":
    case "github.type":
      return evidence?.api?.operation.includes(text) ?? false;
    case "ka.target.resource":
      return values.has(`k8s.${text}`) || (evidence?.api?.operation.includes(text) ?? false);
    case "ka.uri": {
      const { path, query_string: query } = evidence?.url ?? {};
      return text === (query === undefined ? path : `${path}?${query}`);
    }
    case "github.webhook.type":
    case "github.collaborator.role":
      return values.has(`type:${text}`) || values.has(`role:${text}`);
    default: // lists, and the name of an ancestor whose path is known
      return have(Array.isArray(value) ? value : text.replace(/^\(|\)$/g, "").split(",")) ||
        (name.startsWith("proc.aname[") &&
          (evidence?.process?.lineage?.some((path) => path.endsWith(`/${value}`)) ?? false));
  }
}
