import denoJson from "../deno.json" with { type: "json" };
import { readFileIfThere } from "./platform/read_file.ts";

/** Of falco-lake, as in deno.json. */
export const VERSION: string = denoJson.version;

/** What a binary was built from. */
export interface Build {
  /** The commit's hash; with `-dirty` behind it when files were changed since. */
  readonly commit: string;
  /** When that commit was made, so that it builds the same bytes whenever: ISO 8601, UTC. */
  readonly date: string;
}

/** Written beside the program by `scripts/build.ts`; undefined when it runs from source. */
export const BUILD: Build | undefined = readBuild();

function readBuild(): Build | undefined {
  const bytes = readFileIfThere(import.meta.resolve("./build.json"));
  return bytes && JSON.parse(new TextDecoder().decode(bytes));
}
