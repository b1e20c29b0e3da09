import type { Config } from "../config/config.ts";
import { systemClock } from "../platform/clock.ts";
import type { Process } from "../platform/process.ts";
import { TlsFiles } from "../receiver/tls_files.ts";
import { checkOnline } from "./check_online.ts";
import { readConfig } from "./read_config.ts";

export interface CheckOptions {
  /** One JSON object per line, not a table for a person. */
  readonly json: boolean;
  /** Whether to look at the lake, too: credentials, identity, role, clock, bucket. */
  readonly online: boolean;
  /** Whether to put an object into the bucket. */
  readonly probe: boolean;
}

/**
 * `falco-lake check`: the configuration as it will be used, with the origin of each value, then its
 * warnings, and whether the lake can be reached.
 *
 * @returns 1 when a certificate cannot be used, or the lake cannot be reached
 * @throws ConfigError with all mistakes
 */
export async function check(
  fileName: string | undefined,
  process: Process,
  { json, online, probe }: CheckOptions,
): Promise<number> {
  const { config, settings, warnings } = await readConfig(fileName, process);
  if (json) {
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
  const problems = await certificateProblems(config, process);
  for (const problem of problems) process.err(`${problem}\n`);
  let isGood = problems.length === 0;
  if (online || probe) {
    if (!json) process.out("\n");
    isGood = await checkOnline(config, { probe, json }, process) && isGood;
  }
  return isGood ? 0 : 1;
}

/** What would stop the start. */
async function certificateProblems(
  { tlsserver }: Config,
  process: Process,
): Promise<readonly string[]> {
  if (!tlsserver.deploy) return [];
  const { certfile, keyfile, mutualtls, cacertfile } = tlsserver;
  const paths = { certfile, keyfile, ...(mutualtls && { cacertfile }) };
  const reading = await new TlsFiles(paths, (path) => process.readFile(path), systemClock).read();
  return reading.kind === "faulty" ? reading.problems : [];
}
