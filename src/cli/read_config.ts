import type { LoadedConfig } from "../config/load.ts";
import { loadConfig } from "../config/load.ts";
import type { Process } from "../platform/process.ts";

/**
 * Reads the file given with `-c`, if any, and the environment.
 *
 * @throws ConfigError with all problems, or what the operating system says of the file
 */
export async function readConfig(
  fileName: string | undefined,
  process: Process,
  options: { readonly lakeRequired: boolean } = { lakeRequired: true },
): Promise<LoadedConfig> {
  const file = fileName === undefined ? undefined : {
    fileName,
    text: new TextDecoder().decode(await process.readFile(fileName)),
  };
  return loadConfig(file, process.env, options);
}
