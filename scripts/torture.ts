/**
 * `task torture [--kills N] [--connections N] [--lake s3|folder] [--seed N]`: kills the compiled
 * binary with SIGKILL again and again under load, with a lake that fails, then compares what the
 * clients know with what the lake holds. Exit code 1, and everything left in place, when anything
 * is lost, doubled or invented. The binary is FALCO_LAKE_BIN, or built here.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemProcess } from "../src/platform/process.ts";
import { buildBinary } from "./build/build_binary.ts";
import { chaoticS3 } from "./torture/chaotic_s3.ts";
import { torture } from "./torture/torture.ts";
import { folderLake } from "./torture/torture_lake.ts";

const print = (text: string) => systemProcess.out(`${text}\n`);

const { values } = parseArgs({
  args: Deno.args,
  options: {
    kills: { type: "string", default: "1000" },
    connections: { type: "string", default: "64" },
    lake: { type: "string", default: "s3" },
    seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
  },
});
const [kills, connections, seed] = [values.kills, values.connections, values.seed].map(Number);
if (![kills, connections, seed].every(Number.isSafeInteger) || !/^(s3|folder)$/.test(values.lake)) {
  systemProcess.err("Usage: [--kills N] [--connections N] [--lake s3|folder] [--seed N]\n");
  Deno.exit(2);
}

const { path: binary, missing } = systemProcess.env("FALCO_LAKE_BIN")
  ? { path: systemProcess.env("FALCO_LAKE_BIN"), missing: undefined }
  : await buildBinary();
if (missing !== undefined) {
  systemProcess.err(`${missing}\n`);
  Deno.exit(1);
}

const parent = fileURLToPath(import.meta.resolve("../.cache/torture"));
Deno.mkdirSync(parent, { recursive: true });
const directory = Deno.makeTempDirSync({ dir: parent });
const name = `Seed ${seed}: ${kills} kills, ${connections} connections, lake ${values.lake}`;
print(`${name}; ${binary}`);
print("All that is drawn follows from the seed; the timing of processes and threads does not.");
const began = performance.now();
const lake = values.lake === "s3"
  ? chaoticS3(seed!, `${directory}/s3`)
  : folderLake(`${directory}/lake`);
const { violations } = await torture({
  seed: seed!,
  kills: kills!,
  connections: connections!,
  lake,
  binary,
  directory,
  report: (line) =>
    print(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`),
});
for (const violation of violations) print(`WRONG: ${violation}`);
print(`${name}: ${violations.length === 0 ? "good" : `failed; all of it is in ${directory}`}`);
if (violations.length === 0) Deno.removeSync(directory, { recursive: true });
Deno.exit(violations.length === 0 ? 0 : 1);
