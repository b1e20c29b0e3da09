import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(import.meta.resolve("../../"));

/** The compiled binary, freshly built; or why there is none. */
export type BuiltBinary =
  | { readonly path: string; readonly missing: undefined }
  | { readonly path: undefined; readonly missing: string };

/** The machines that the agent is built for, as Deno names their processors. */
export type Processor = "x86_64" | "aarch64";

/** Builds the compiled binary, where Deno's base binary can be had. */
export async function buildBinary(
  processor: Processor = Deno.build.arch,
): Promise<BuiltBinary> {
  const build = await denoWithBase(processor, [
    "task",
    "--quiet",
    "build",
    "--target",
    `${processor}-unknown-linux-gnu`,
  ], { env: { NO_COLOR: "1" } });
  const decoder = new TextDecoder();
  if (build.success) {
    return { path: decoder.decode(build.stdout).trim().split("\n").at(-1)!, missing: undefined };
  }
  return { path: undefined, missing: `no compiled binary: ${reasonOf(build)}` };
}

/** What Deno says about a failed build, on one line. */
export function reasonOf(build: Deno.CommandOutput): string {
  return new TextDecoder().decode(build.stderr).split("Stack backtrace")[0]!.trim()
    .replaceAll(/\s+/g, " ").slice(0, 300);
}

/** Runs Deno so that `deno compile` in it finds the base binary of a processor, where there is one. */
export function denoWithBase(
  processor: Processor,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<Deno.CommandOutput> {
  return new Deno.Command("bash", {
    args: [
      "-c",
      // DENORT_BIN stays what it is where it is set, and is for this machine; without it,
      // `deno compile` tries to download.
      `tool=$1 processor=$2
      shift 2
      if [[ $processor != ${Deno.build.arch} ]]; then unset DENORT_BIN; fi
      if [[ -z "\${DENORT_BIN:-}" && -x $tool ]]; then export DENORT_BIN="$($tool $processor)"; fi
      exec "$0" "$@"`,
      Deno.execPath(),
      `${ROOT}../shared/tools/denort`,
      processor,
      ...args,
    ],
    cwd: ROOT,
    ...options,
    stdin: "null",
  }).output();
}
