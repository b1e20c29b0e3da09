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
 * @throws ConfigError with all mistakes of a configuration with which no agent can run
 */
export async function checkHealth(
  fileName: string | undefined,
  process: Process,
  timeout = TIMEOUT,
): Promise<number> {
  // The lake is the agent's business.
  const { config } = await readConfig(fileName, process, { lakeRequired: false });
  const { isGood, text } = await askHealth(healthQuestion(config), timeout);
  if (isGood) process.out(`${text}\n`);
  else process.err(`falco-lake: ${text}\n`);
  return isGood ? 0 : 1;
}
