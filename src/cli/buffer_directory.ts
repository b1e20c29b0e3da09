import type { Process } from "../platform/process.ts";
import { readConfig } from "./read_config.ts";

/** Where the configuration says that the buffer is. @throws as `readConfig` */
export async function bufferDirectory(
  configFile: string | undefined,
  process: Process,
): Promise<string> {
  const { config } = await readConfig(configFile, process, { lakeRequired: false });
  return config.buffer.directory;
}
