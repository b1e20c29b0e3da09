import assert from "node:assert/strict";
import { basename } from "node:path";
import { denoWithBase } from "../../scripts/build/build_binary.ts";
import { RELEASE_FILES } from "../../scripts/release/release_files.ts";
import { notesOf } from "../../scripts/release/notes.ts";
import { VERSION } from "../../src/version.ts";
import { builtBinary } from "../support/binary.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

const { missing } = await builtBinary();
const { missing: missingOther } = await builtBinary("aarch64");

function succeed(program: string, args: readonly string[], cwd: string): string {
  const output = new Deno.Command(program, { args: [...args], cwd, stdin: "null" }).outputSync();
  assert.ok(output.success, new TextDecoder().decode(output.stderr));
  return new TextDecoder().decode(output.stdout);
}

testUnless(
  missing ?? missingOther,
  "task release: archives of both machines that install, with sums, bills of materials and notes",
  async () => {
    await using box = sandbox();
    const output = await denoWithBase(Deno.build.arch, ["task", "--quiet", "release", "--draft"]);
    assert.ok(output.success, new TextDecoder().decode(output.stderr));
    const files = new TextDecoder().decode(output.stdout).trim().split("\n");
    const names = ["x86_64", "aarch64"].map((one) =>
      `falco-lake-${VERSION}-${one}-unknown-linux-gnu`
    );
    assert.deepEqual(files.map((path) => basename(path)), [
      ...names.flatMap((name) => [`${name}.tar.gz`, `${name}.cdx.json`]),
      "SHA256SUMS",
      "NOTES.md",
    ]);
    const folder = `${ROOT}dist/release`;
    assert.deepEqual(
      succeed("sha256sum", ["--check", "SHA256SUMS"], folder).split("\n").length - 1,
      4,
    );
    for (const name of names) {
      succeed("tar", ["-xzf", `${folder}/${name}.tar.gz`], box.directory);
      assert.deepEqual(
        [...Deno.readDirSync(`${box.directory}/${name}`)].map(({ name }) => name).sort(),
        [
          ...RELEASE_FILES.map((path) => basename(path)),
          "THIRD-PARTY-LICENSES",
          name,
          `${name}.sha256`,
        ].sort(),
      );
      succeed("sha256sum", ["--check", `${name}.sha256`], `${box.directory}/${name}`);
    }
    const own = names.find((name) => name.includes(Deno.build.arch))!;
    succeed("sh", [`${own}/install.sh`, "--root", `${box.directory}/root`], box.directory);
    const program = `${box.directory}/root/usr/local/bin/falco-lake`;
    assert.match(succeed(program, ["version"], "/"), /^falco-lake +\d/);
    const licences = Deno.readTextFileSync(`${box.directory}/${own}/THIRD-PARTY-LICENSES`);
    for (const [, purl] of licences.matchAll(/^(pkg:npm\/\S+)$/gm)) {
      assert.ok(Deno.readTextFileSync(`${folder}/${own}.cdx.json`).includes(`"${purl}"`), purl);
    }
    assert.match(licences, /^pkg:npm\/yaml@.*\nISC\n\nCopyright Eemeli Aro/m);
    assert.ok(Deno.readTextFileSync(`${folder}/NOTES.md`).length > 0);
  },
);

const CHANGELOG = "# Changelog\n\n## Unreleased\n\nNew.\n\n## 1.2.0 (2026-11-22)\n\n- A\n- B\n\n" +
  "## 1.1.0\n";

testUnless(missing, "task release: --target leaves the other machine out", async () => {
  const release = (target: string) =>
    denoWithBase(Deno.build.arch, ["task", "--quiet", "release", "--draft", "--target", target]);
  const own = await release(Deno.build.target);
  assert.ok(own.success, new TextDecoder().decode(own.stderr));
  const name = `falco-lake-${VERSION}-${Deno.build.target}`;
  assert.deepEqual([...Deno.readDirSync(`${ROOT}dist/release`)].map(({ name }) => name).sort(), [
    "NOTES.md",
    "SHA256SUMS",
    `${name}.cdx.json`,
    `${name}.tar.gz`,
  ]);
  const other = await release("riscv64gc-unknown-linux-gnu");
  assert.equal(other.code, 2);
  assert.match(
    new TextDecoder().decode(other.stderr),
    /Unknown target riscv64gc\S+; allowed: x86_64/,
  );
});

Deno.test("A release's notes are its section of the changelog, and there is none without", () => {
  assert.equal(notesOf(CHANGELOG, "1.2.0", false), "- A\n- B\n");
  assert.equal(notesOf(CHANGELOG, "1.3.0", true), "New.\n");
  for (const version of ["1.1.0", "1.3.0", "1.2"]) {
    assert.throws(() => notesOf(CHANGELOG, version, false), /nothing under "## 1\.\d/);
  }
});
