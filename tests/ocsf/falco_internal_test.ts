import assert from "node:assert/strict";
import type { OcsfVersion } from "../../src/ocsf/version.ts";
import { mapMembers, NO_CLOUD } from "./support.ts";

const KERNEL = { "falco.kernel_release": "6.8.0-45-generic" };
const BOOT = { "falco.host_boot_ts": "1748555738000000001" };

const mapInternal = (
  output_fields: Readonly<Record<string, unknown>>,
  ocsfVersion: OcsfVersion = "1.1.0",
) => mapMembers({ source: "internal", output_fields }, { ...NO_CLOUD, ocsfVersion });

Deno.test("Falco's version is the product's", () => {
  const { metadata, unmapped } = mapInternal({ "falco.version": "0.43.1" });
  assert.equal(metadata.product.version, "0.43.1");
  assert.equal(unmapped, undefined);
});

Deno.test("boot time and kernel are the device's in the versions that have them", () => {
  const at = (ocsfVersion: OcsfVersion) => {
    const { device, unmapped } = mapInternal(
      { "evt.hostname": "db1", ...KERNEL, ...BOOT },
      ocsfVersion,
    );
    return [device, unmapped];
  };
  const device = { hostname: "db1", type_id: 0 };
  const boot_time = 1748555738000;
  assert.deepEqual(at("1.2.0"), [device, { ...KERNEL, ...BOOT }]);
  // With nanoseconds, which would be lost otherwise.
  assert.deepEqual(at("1.3.0"), [{ ...device, boot_time }, { ...KERNEL, ...BOOT }]);
  const os = { name: "Linux", type_id: 200, type: "Linux", kernel_release: "6.8.0-45-generic" };
  assert.deepEqual(at("1.4.0"), [{ ...device, os, boot_time }, BOOT]);
});

Deno.test("without a host name there is no device, and nothing lost", () => {
  const { device, unmapped } = mapInternal({ ...KERNEL, ...BOOT }, "1.8.0");
  assert.equal(device, undefined);
  assert.deepEqual(unmapped, { ...KERNEL, ...BOOT });
});

Deno.test("a boot time that is none stays unmapped", () => {
  const fields = { "evt.hostname": "db1", "falco.host_boot_ts": 0 };
  const { device, unmapped } = mapInternal(fields, "1.8.0");
  assert.equal(device?.boot_time, undefined);
  assert.deepEqual(unmapped, { "falco.host_boot_ts": "0" });
});
