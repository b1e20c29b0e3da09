import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../src/ocsf/finding.ts";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import { arbitraryEvent, json } from "./arbitrary_event.ts";
import { bytes, CLOUD, mapBytes } from "./support.ts";
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

Deno.test("any event is mapped, to the same JSON each time", () => {
  fc.assert(
    fc.property(arbitraryEvent, ({ text }) => {
      const finding = mapBytes(bytes(text));
      assert.notEqual(finding.finding_info.title, UNREADABLE_TITLE, finding.message);
      assert.equal(finding.raw_data, text);
      const written = JSON.stringify(finding);
      assert.ok(written.isWellFormed());
      assert.equal(JSON.stringify(mapBytes(bytes(text))), written);
      assert.deepStrictEqual(JSON.parse(written), structuredClone(finding));
    }),
    RUNS,
  );
});

Deno.test("every value of output_fields is in a typed attribute or unmapped", () => {
  fc.assert(
    fc.property(arbitraryEvent, ({ fields, text }) => {
      const finding = mapBytes(bytes(text));
      const values = typedValues(finding);
      for (const [name, value] of fields) {
        if (name === "evt.time" || name === "evt.time.iso8601") continue;
        if (value === null || value === "" || value === "<NA>" || value === "N/A") continue;
        const unmapped = Object.entries(finding.unmapped ?? {});
        const expected = textOf(value);
        const found = unmapped.some(([key, text]) =>
          key.startsWith(name.toWellFormed()) && text === expected
        ) || values.has(expected) || isTypedOtherwise(finding, values, name, value);
        assert.ok(found, `${name}=${expected} is nowhere in ${JSON.stringify(finding)}`);
      }
    }),
    RUNS,
  );
});

testUnless(NO_SHARED, "the finding of any event is valid", async () => {
  const validate = await loadValidator();
  fc.assert(
    fc.property(arbitraryEvent, ({ text }) => {
      assert.deepEqual(validate(mapBytes(bytes(text), CLOUD)), []);
    }),
    RUNS,
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
  const { src_endpoint: source, dst_endpoint: destination } = evidence ?? {};
  switch (name) {
    case "fd.type":
      return ["file", "directory", "unix", "pipe"].includes(String(value))
        ? (evidence?.file?.type_id ?? 0) > 0
        : value === `ipv${evidence?.connection_info?.protocol_ver_id}`;
    case "fd.name": {
      const server = `${destination?.ip}:${destination?.port}`;
      return value === server || value === `${source?.ip}:${source?.port}->${server}`;
    }
    case "k8s.pod.labels": {
      const labels = Array.isArray(value) ? value : String(value).split(",");
      return labels.every((label) => values.has(label.trim()));
    }
    default: // the name of an ancestor whose path is known
      return name.startsWith("proc.aname[") &&
        (evidence?.process?.lineage?.some((path) => path.endsWith(`/${value}`)) ?? false);
  }
}
