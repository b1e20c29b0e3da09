import { VERSION } from "../../src/version.ts";
import type { Origin } from "./image_config.ts";
import { runProgram } from "./run_program.ts";

/**
 * What the image is made from: the commit that is checked out, and its date, unless
 * SOURCE_DATE_EPOCH says another (reproducible-builds.org).
 *
 * @param source URL of the source code
 * @throws when neither git nor the environment knows a date
 */
export async function originOf(
  source: string | undefined,
  root: string,
  env: (name: string) => string | undefined,
): Promise<Origin> {
  const epoch = env("SOURCE_DATE_EPOCH");
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch)) {
    throw new Error(`SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}; expected seconds since 1970`);
  }
  const commit = await lastCommit(root);
  const created = epoch ?? commit?.date;
  if (created === undefined) throw new Error("This is no clone of git; set SOURCE_DATE_EPOCH");
  return { version: VERSION, revision: commit?.revision, source, created: Number(created) };
}

async function lastCommit(root: string) {
  try {
    const text = new TextDecoder().decode(
      await runProgram("git", ["-C", root, "log", "-1", "--format=%H %ct"]),
    );
    const [revision, date] = text.trim().split(" ");
    return { revision: revision!, date: date! };
  } catch {
    return undefined; // a copy of the files, without its history
  }
}
