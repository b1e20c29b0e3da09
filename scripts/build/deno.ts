/** Runs this Deno. @throws when it fails; what it says is on standard error then */
export async function deno(cwd: string, ...args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    // With the default of 2 MiB Deno 2.8.3 overflows its stack on the AWS SDK's module graph.
    env: { RUST_MIN_STACK: String(64 * 1024 * 1024) },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new Error(`deno ${args[0]} failed: see above`);
}
