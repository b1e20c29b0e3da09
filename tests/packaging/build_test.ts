import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { basename, dirname } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { denoWithBase } from "../../scripts/build/build_binary.ts";
import { sha256Of } from "../../scripts/build/checksum.ts";
import { commitOf } from "../../scripts/build/commit.ts";
import { builtBinary } from "../support/binary.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { NO_VALIDATOR, validateCycloneDx } from "../support/cyclonedx.ts";

/* What `task build` leaves in dist/. */

const { path, missing } = await builtBinary();

interface Component {
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

interface Materials {
  readonly metadata: { readonly component: { readonly version: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const materials = (): Materials => JSON.parse(Deno.readTextFileSync(`${path}.cdx.json`));

testUnless(missing, "The same commit gives the same bytes, wherever it is built", async () => {
  await using box = sandbox();
  const copy = `${box.directory}/elsewhere/repository`;
  for (const { name } of Deno.readDirSync(ROOT)) {
    if ([".cache", "dist"].includes(name)) continue;
    cpSync(ROOT + name, `${copy}/${name}`, { recursive: true });
  }
  const output = await denoWithBase(Deno.build.arch, ["task", "--quiet", "build"], {
    cwd: copy,
    env: { TMPDIR: box.directory },
  });
  const said = new TextDecoder().decode(output.stdout).trim();
  assert.ok(output.success, new TextDecoder().decode(output.stderr));
  assert.equal(basename(said), basename(path!));
  assert.equal(sha256Of(said), sha256Of(path!));
  for (const beside of [".sha256", ".cdx.json"]) {
    assert.equal(Deno.readTextFileSync(said + beside), Deno.readTextFileSync(path! + beside));
  }
});

testUnless(missing, "The binary is at most 130 MB and has a checksum that sha256sum takes", () => {
  assert.ok(Deno.statSync(path!).size <= 130_000_000);
  const { success, stdout } = new Deno.Command("sha256sum", {
    args: ["--check", `${basename(path!)}.sha256`],
    cwd: dirname(path!),
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stdout));
});

testUnless(missing, "version says what it was built from", async () => {
  const { commit, date } = await commitOf(ROOT);
  const { stdout } = new Deno.Command(path!, { args: ["version"] }).outputSync();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.split(/  +/));
  assert.deepEqual(rows.slice(0, 3), [
    ["falco-lake", denoJson.version],
    ["Commit", commit],
    ["Built from", date],
  ]);
});

testUnless(missing, "It needs glibc 2.27 and libgcc, and no other library", async () => {
  // What the loader would load; it says so instead of starting the program.
  const { stdout } = new Deno.Command(path!, { env: { LD_TRACE_LOADED_OBJECTS: "1" } })
    .outputSync();
  const needed = new TextDecoder().decode(stdout).trim().split("\n")
    .map((line) => basename(line.trim().split(" ")[0]!).replace(/\.so.*/, "")).sort();
  const allowed = /^(linux-vdso|ld-linux-.*|libc|libm|libdl|librt|libpthread|libgcc_s)$/;
  assert.deepEqual(needed.filter((name) => !allowed.test(name)), []);
  assert.ok(needed.includes("libc"), needed.join());
  const text = new TextDecoder("latin1").decode(await Deno.readFile(path!));
  const versions = [...text.matchAll(/\0GLIBC_2\.(\d+)(?=[.\0])/g)].map(([, minor]) =>
    Number(minor)
  );
  assert.ok(versions.length > 5, "no versions of symbols were found");
  assert.ok(Math.max(...versions) <= 27, `GLIBC_2.${Math.max(...versions)}`);
});

testUnless(
  missing ?? NO_VALIDATOR,
  "The bill of materials is valid CycloneDX 1.6",
  async () => assert.equal(await validateCycloneDx(`${path}.cdx.json`), ""),
);

testUnless(
  missing,
  "The bill of materials has what the program imports, as deno.lock pins it",
  () => {
    const { metadata, components, dependencies } = materials();
    assert.equal(metadata.component.version, denoJson.version);
    const names = components.map(({ purl }) => purl.replace(/@[^@]*$/, ""));
    for (const name of ["%40aws-sdk/client-s3", "parquet-wasm", "apache-arrow", "yaml"]) {
      assert.ok(names.includes(`pkg:npm/${name}`), name);
    }
    assert.ok(!names.includes("pkg:npm/fast-check"), "what only tests import");
    assert.equal(new Set(names).size, names.length);
    const lock = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.lock`));
    for (const { purl, hashes } of components) {
      if (!purl.startsWith("pkg:npm/")) continue;
      const integrity = lock.npm[decodeURIComponent(purl.slice("pkg:npm/".length))].integrity;
      const hex = atob(integrity.slice("sha512-".length)).split("")
        .map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
      assert.deepEqual(hashes, [{ alg: "SHA-512", content: hex }]);
    }
    const refs = new Set(dependencies.map(({ ref }) => ref));
    for (const { ref, dependsOn } of dependencies) {
      for (const one of dependsOn) assert.ok(refs.has(one), `${ref} depends on ${one}`);
    }
  },
);
