import type { Build } from "../../src/version.ts";

type Environment = (name: string) => string | undefined;

/** Where there is no clone of git. */
export const UNKNOWN = "unknown";

/**
 * What git says of the tree that is built: its commit, and when that was made, unless
 * SOURCE_DATE_EPOCH says another date (reproducible-builds.org). Without git the commit is UNKNOWN,
 * and the date is 1970.
 *
 * @throws when SOURCE_DATE_EPOCH is no time
 */
export async function commitOf(root: string, env: Environment = environment): Promise<Build> {
  const epoch = env("SOURCE_DATE_EPOCH");
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch)) {
    throw new Error(`SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}; expected seconds since 1970`);
  }
  // Of its own clone: sources that were unpacked within another one have no commit.
  const isClone = await git(root, "rev-parse", "--show-prefix") === "";
  const [hash, seconds] = isClone
    ? (await git(root, "show", "--no-patch", "--format=%H %ct", "HEAD"))?.split(" ") ?? []
    : [];
  const date = isoOf(Number(epoch ?? seconds ?? 0));
  if (!hash) return { commit: UNKNOWN, date };
  const changes = await git(root, "status", "--porcelain");
  return { commit: changes ? `${hash}-dirty` : hash, date };
}

const environment: Environment = (name) => Deno.env.get(name);

const isoOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19) + "Z";

/** @returns what it says; undefined when it fails, or is not there */
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
