import { loadConfig, type LoadedConfig, type LoadOptions } from "../config/load.ts";
import type { Process } from "../platform/process.ts";

/**
 * Reads the file given with `-c`, if any, and the environment.
 *
 * @throws ConfigError with all problems, or what the operating system says of the file
 */
export async function readConfig(
  fileName: string | undefined,
  process: Process,
  options: LoadOptions = {},
): Promise<LoadedConfig> {
  const file = fileName === undefined ? undefined : await readFile(fileName, process);
  return loadConfig(file, process.env, options);
}

async function readFile(fileName: string, process: Process) {
  try {
    return { fileName, text: new TextDecoder().decode(await process.readFile(fileName)) };
  } catch (error) {
    const message = `Cannot read the configuration ${fileName}: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
}
