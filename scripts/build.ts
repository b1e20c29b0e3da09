/**
 * `task build [--target x86_64-unknown-linux-gnu|aarch64-unknown-linux-gnu]`: the single binary, in
 * `dist/`. Prints its path. Where Deno's download of its base binary does not answer, DENORT_BIN
 * names one.
 */
import { parseArgs } from "node:util";
import { systemProcess } from "../src/platform/process.ts";
import { fileURLToPath } from "node:url";
import { VERSION } from "../src/version.ts";
import { AGENT_FLAGS } from "./agent_flags.ts";

const TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

const { values } = parseArgs({
  args: Deno.args,
  options: { target: { type: "string", default: Deno.build.target } },
});
if (!TARGETS.includes(values.target)) {
  systemProcess.err(`Unknown target ${values.target}; allowed: ${TARGETS.join(", ")}\n`);
  Deno.exit(2);
}

const root = fileURLToPath(import.meta.resolve("../"));
const output = `${root}dist/falco-lake-${VERSION}-${values.target}`;
Deno.mkdirSync(`${root}dist`, { recursive: true });
const { code } = await new Deno.Command(Deno.execPath(), {
  cwd: root,
  args: [
    "compile",
    "--quiet",
    "--no-check", // `task check` does that, with better messages
    ...AGENT_FLAGS,
    // Without it every package of the lock file is embedded, the tests' ones too.
    "--exclude-unused-npm",
    "--include=src/parquet/encoder_worker.ts",
    // Compiled code would be read from a file in /tmp with a name that can be foreseen: whoever makes
    // that file first would run as the agent.
    "--no-code-cache",
    `--target=${values.target}`,
    `--output=${output}`,
    "src/main.ts",
  ],
  // With the default of 2 MiB `deno compile` 2.8.3 overflows its stack on the AWS SDK's module graph.
  env: { RUST_MIN_STACK: String(64 * 1024 * 1024) },
  stdout: "inherit",
  stderr: "inherit",
}).spawn().status;
if (code === 0) systemProcess.out(`${output}\n`);
Deno.exit(code);
