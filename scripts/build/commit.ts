import type { Build } from "../../src/version.ts";

/** What git says of the tree that is built; without git, or outside of a clone, "unknown" and 1970. */
export async function commitOf(root: string): Promise<Build> {
  const [hash, seconds] = (await git(root, "show", "--no-patch", "--format=%H %ct", "HEAD"))
    ?.split(" ") ?? [];
  if (!hash) return { commit: "unknown", date: isoOf(0) };
  const changes = await git(root, "status", "--porcelain");
  return { commit: changes ? `${hash}-dirty` : hash, date: isoOf(Number(seconds)) };
}

const isoOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";

async function git(root: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["-C", root, ...args],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
