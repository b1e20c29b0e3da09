import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(import.meta.resolve("../../"));

/** The compiled binary, freshly built; or why there is none. */
export type BuiltBinary =
  | { readonly path: string; readonly missing: undefined }
  | { readonly path: undefined; readonly missing: string };

/** Builds the compiled binary, where Deno's base binary can be had. */
export async function buildBinary(): Promise<BuiltBinary> {
  const build = await new Deno.Command("bash", {
    args: [
      "-c",
      // DENORT_BIN stays what it is where it is set; without it, `deno compile` tries to download.
      `tool=../shared/tools/denort
      if [[ -z "\${DENORT_BIN:-}" && -x $tool ]]; then export DENORT_BIN="$($tool)"; fi
      exec "$0" task --quiet build`,
      Deno.execPath(),
    ],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (build.success) {
    return { path: decoder.decode(build.stdout).trim().split("\n").at(-1)!, missing: undefined };
  }
  const reason = decoder.decode(build.stderr).split("Stack backtrace")[0]!.trim()
    .replaceAll(/\s+/g, " ").slice(0, 300);
  return { path: undefined, missing: `no compiled binary: ${reason}` };
}
