import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/load.ts";
import type { Process } from "../platform/process.ts";
import { askHealth } from "./ask_health.ts";
import { healthQuestion } from "./health_question.ts";
import { readConfig } from "./read_config.ts";

/** Milliseconds. Below Docker's 30 s for a healthcheck, so that our line says what is wrong. */
const TIMEOUT = 3_000;

/**
 * `falco-lake check --health`: whether the agent of this configuration lives, asked on its own
 * machine; for the healthcheck of a container that has no shell and no curl. It starts every few
 * seconds, so neither the AWS SDK nor the encoder may be loaded for it.
 *
 * Prints what was asked and what came back, in one line: to standard error when it is not well.
 *
 * @returns 0 or 1, also for a faulty configuration: Docker reserves 2 (`HEALTHCHECK`)
 */
export async function checkHealth(
  fileName: string | undefined,
  process: Process,
  timeout = TIMEOUT,
): Promise<number> {
  // The lake is the agent's business.
  let config: Config;
  try {
    ({ config } = await readConfig(fileName, process, { lakeRequired: false }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.err(`${problem}\n`);
    return 1;
  }
  const { isGood, text } = await askHealth(healthQuestion(config), timeout);
  if (isGood) process.out(`${text}\n`);
  else process.err(`falco-lake: ${text}\n`);
  return isGood ? 0 : 1;
}
