/**
 * Runs a program to its end.
 *
 * @returns what it wrote to standard output
 * @throws with what it wrote to standard error when it fails, and with how to get it when it is
 * missing: its package in Debian is taken to have its name
 */
export async function runProgram(
  program: string,
  args: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      stdin: "null",
    }).output();
    if (success) return stdout;
    throw new Error(`${program} failed: ${new TextDecoder().decode(stderr).trim()}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`There is no ${program}; on Debian: apt-get install ${program}`, {
      cause: error,
    });
  }
}
