/**
 * `task release [--draft] [--target x86_64-unknown-linux-gnu|aarch64-unknown-linux-gnu]…`: what a
 * release consists of, in `dist/release/`: an archive with binary, installer and unit for each
 * target (all, unless some are named), their bills of materials, SHA256SUMS, and NOTES.md from
 * CHANGELOG.md. Prints the paths. The same commit gives the same bytes. Without --draft it wants a
 * commit with nothing changed since, and a section of CHANGELOG.md for deno.json's version.
 */
import { fileURLToPath } from "node:url";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { systemProcess } from "../src/platform/process.ts";
import { VERSION } from "../src/version.ts";
import { buildBinary } from "./build/build_binary.ts";
import { sha256Of } from "./build/checksum.ts";
import { commitOf } from "./build/commit.ts";
import { packagesOf } from "./build/packages.ts";
import { isTarget, TARGETS } from "./build/targets.ts";
import { type ArchivedFile, archiveOf } from "./release/archive.ts";
import { licencesOf } from "./release/licences.ts";
import { notesOf } from "./release/notes.ts";
import { RELEASE_FILES } from "./release/release_files.ts";

const { values: { draft, target: targets } } = parseArgs({
  args: Deno.args,
  options: {
    draft: { type: "boolean", default: false },
    target: { type: "string", multiple: true, default: [...TARGETS] },
  },
});
const unknown = targets.find((target) => !isTarget(target));
if (unknown !== undefined) {
  systemProcess.err(`Unknown target ${unknown}; allowed: ${TARGETS.join(", ")}\n`);
  Deno.exit(2);
}

const root = fileURLToPath(import.meta.resolve("../"));
const to = `${root}dist/release`;

const read = (path: string, isProgram = false): ArchivedFile => ({
  name: basename(path),
  content: Deno.readFileSync(path),
  isProgram,
});

async function release(): Promise<string[]> {
  const { commit, date } = await commitOf(root);
  if (!draft && !/^[0-9a-f]{40}$/.test(commit)) {
    throw new Error(
      `Files were changed since the last commit (${commit}); commit them, or --draft`,
    );
  }
  const notes = notesOf(Deno.readTextFileSync(`${root}CHANGELOG.md`), VERSION, draft);
  const licences = new TextEncoder().encode(licencesOf(await packagesOf(root)));
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(to)) Deno.removeSync(`${to}/${name}`);
  const files: string[] = [];
  for (const processor of ["x86_64", "aarch64"] as const) {
    const target = `${processor}-unknown-linux-gnu`;
    if (!targets.includes(target)) continue;
    const { path: binary, missing } = await buildBinary(processor);
    if (binary === undefined) {
      throw new Error(
        `${target}: ${missing}\nWhere Deno's download does not answer, DENORT_BIN names the base ` +
          `binary of this machine, and --target leaves the others out`,
      );
    }
    const name = basename(binary);
    const archive = archiveOf(name, [
      read(binary, true),
      read(`${binary}.sha256`),
      ...RELEASE_FILES.map((path) => read(root + path, path.endsWith(".sh"))),
      { name: "THIRD-PARTY-LICENSES", content: licences },
    ], new Date(date));
    Deno.writeFileSync(`${to}/${name}.tar.gz`, archive);
    Deno.copyFileSync(`${binary}.cdx.json`, `${to}/${name}.cdx.json`);
    files.push(`${to}/${name}.tar.gz`, `${to}/${name}.cdx.json`);
  }
  const sums = files.map((file) => `${sha256Of(file)}  ${basename(file)}\n`).join("");
  Deno.writeTextFileSync(`${to}/SHA256SUMS`, sums);
  Deno.writeTextFileSync(`${to}/NOTES.md`, notes);
  return [...files, `${to}/SHA256SUMS`, `${to}/NOTES.md`];
}

try {
  for (const file of await release()) systemProcess.out(`${file}\n`);
} catch (error) {
  systemProcess.err(`${(error as Error).message}\n`);
  Deno.exitCode = 1;
}
