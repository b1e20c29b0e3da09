/**
 * `task build [--target x86_64-unknown-linux-gnu|aarch64-unknown-linux-gnu]`: the single binary, in
 * `dist/`, with its SHA-256 and its bill of materials beside it. Prints its path. The same commit
 * with the same base binary gives the same bytes. Where Deno's download of that base does not answer,
 * DENORT_BIN names one.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemProcess } from "../src/platform/process.ts";
import { VERSION } from "../src/version.ts";
import { AGENT_FLAGS } from "./agent_flags.ts";
import { bundle, EMBEDDED, ENTRY } from "./build/bundle.ts";
import { writeChecksum } from "./build/checksum.ts";
import { commitOf } from "./build/commit.ts";
import { deno } from "./build/deno.ts";
import { writeMaterials } from "./build/materials.ts";
import { isTarget, TARGETS } from "./build/targets.ts";

const { values: { target } } = parseArgs({
  args: Deno.args,
  options: { target: { type: "string", default: Deno.build.target } },
});
if (!isTarget(target)) {
  systemProcess.err(`Unknown target ${target}; allowed: ${TARGETS.join(", ")}\n`);
  Deno.exit(2);
}

const root = fileURLToPath(import.meta.resolve("../"));
const output = `${root}dist/falco-lake-${VERSION}-${target}`;
const temporary = Deno.makeTempDirSync();
// Its name, but not its path, gets into the binary.
const bundled = `${temporary}/falco-lake`;
try {
  const build = await commitOf(root);
  await bundle(root, bundled, build);
  Deno.mkdirSync(`${root}dist`, { recursive: true });
  await deno(
    bundled,
    "compile",
    "--quiet",
    "--no-check", // `task check` does that, with better messages
    ...AGENT_FLAGS,
    // Compiled code would be read from a file in /tmp with a name that can be foreseen: whoever makes
    // that file first would run as the agent.
    "--no-code-cache",
    ...EMBEDDED.map((file) => `--include=${file}`),
    `--target=${target}`,
    `--output=${output}`,
    ENTRY,
  );
  writeChecksum(output);
  await writeMaterials(root, `${output}.cdx.json`, build);
  systemProcess.out(`${output}\n`);
} catch (error) {
  systemProcess.err(`${(error as Error).message}\n`);
  Deno.exitCode = 1;
} finally {
  Deno.removeSync(temporary, { recursive: true });
}
