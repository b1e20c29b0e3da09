import { fileURLToPath } from "node:url";
import { type BuiltBinary, denoWithBase, reasonOf } from "../../../scripts/build/build_binary.ts";

const ATTEMPTS = fileURLToPath(import.meta.resolve("./attempts.ts"));

/** Compiles the program that tries more than falco-lake may, with the flags that are given. */
export async function compileProbe(path: string, flags: readonly string[]): Promise<BuiltBinary> {
  const args = ["compile", "--quiet", "--no-check", "--exclude-unused-npm", ...flags];
  const output = await denoWithBase(Deno.build.arch, [...args, `--output=${path}`, ATTEMPTS]);
  return output.success
    ? { path, missing: undefined }
    : { path: undefined, missing: `the probe cannot be compiled: ${reasonOf(output)}` };
}
