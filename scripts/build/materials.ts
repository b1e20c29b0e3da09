import { createHash } from "node:crypto";
import { type Build, VERSION } from "../../src/version.ts";
import { type LockedPackage, packagesOf } from "./packages.ts";

/**
 * Writes the bill of materials of the binary: CycloneDX 1.6 in JSON, with every npm package whose
 * code the program imports, as deno.lock pins it, and Deno.
 */
export async function writeMaterials(root: string, path: string, build: Build): Promise<void> {
  const materials = describe(await packagesOf(root), build);
  Deno.writeTextFileSync(path, `${JSON.stringify(materials, undefined, 2)}\n`);
}

function describe(packages: readonly LockedPackage[], { commit, date }: Build): unknown {
  const program = `pkg:generic/falco-lake@${VERSION}`;
  const runtime = `pkg:generic/deno@${Deno.version.deno}`;
  const content = {
    metadata: {
      timestamp: date,
      component: {
        type: "application",
        "bom-ref": program,
        name: "falco-lake",
        version: VERSION,
        purl: program,
        licenses: [{ license: { id: "Apache-2.0" } }],
        properties: [{ name: "falco-lake:commit", value: commit }],
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": runtime,
        name: "deno",
        version: Deno.version.deno,
        // What a build gives as DENORT_BIN can be another one: `falco-lake version` says which.
        description: "The version that built it; its base binary, with V8, is inside",
        purl: runtime,
        licenses: [{ license: { id: "MIT" } }],
      },
      ...packages.map((one) => ({
        type: "library",
        "bom-ref": one.purl,
        ...one.scope && { group: one.scope },
        name: one.name,
        version: one.version,
        purl: one.purl,
        hashes: [{ alg: "SHA-512", content: one.sha512 }],
        licenses: [licenceOf(one)],
      })),
    ],
    dependencies: [
      {
        ref: program,
        dependsOn: [
          runtime,
          ...packages.filter(({ isDirect }) => isDirect).map(({ purl }) => purl),
        ],
      },
      { ref: runtime, dependsOn: [] },
      ...packages.map(({ purl, dependencies }) => ({ ref: purl, dependsOn: dependencies })),
    ],
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
  };
}

/** An identifier of SPDX, or an expression of several. */
const licenceOf = ({ licence }: LockedPackage) =>
  / (AND|OR|WITH) /.test(licence) ? { expression: licence } : { license: { id: licence } };

/** A UUID (RFC 9562, version 8) that the same content always has. */
function uuidOf(content: string): string {
  const bytes = createHash("sha256").update(content).digest().subarray(0, 16);
  bytes[6] = bytes[6]! & 0x0f | 0x80;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
