import { VERSION } from "../../src/version.ts";
import { commitOf, UNKNOWN } from "../build/commit.ts";
import type { Origin } from "./image_config.ts";

/**
 * What the image is made from; see `commitOf`.
 *
 * @param source URL of the source code
 * @throws when neither git nor SOURCE_DATE_EPOCH knows a date
 */
export async function originOf(
  source: string | undefined,
  root: string,
  env: (name: string) => string | undefined,
): Promise<Origin> {
  const { commit, date } = await commitOf(root, env);
  const revision = commit === UNKNOWN ? undefined : commit;
  if (revision === undefined && env("SOURCE_DATE_EPOCH") === undefined) {
    throw new Error("This is no clone of git; set SOURCE_DATE_EPOCH");
  }
  return { version: VERSION, revision, source, created: Date.parse(date) / 1000 };
}
