import type { Process } from "../platform/process.ts";
import { readConfig } from "./read_config.ts";

/**
 * `falco-lake check`: the configuration as it will be used, with the origin of each value, then its
 * warnings. For a person a table, otherwise one JSON object per line.
 */
export async function check(
  fileName: string | undefined,
  process: Process,
  asJson: boolean,
): Promise<number> {
  const { settings, warnings } = await readConfig(fileName, process);
  if (asJson) {
    for (const setting of settings) process.out(`${JSON.stringify(setting)}\n`);
  } else {
    const widest = (column: "key" | "value") =>
      Math.max(...settings.map((setting) => setting[column].length));
    const [keyWidth, valueWidth] = [widest("key"), widest("value")];
    for (const { key, value, origin } of settings) {
      process.out(`${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}\n`);
    }
  }
  for (const warning of warnings) process.err(`warning: ${warning}\n`);
  return 0;
}
