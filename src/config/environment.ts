import { environmentName } from "./environment_name.ts";
import type { Findings } from "./findings.ts";
import type { GivenKeys } from "./given.ts";
import { KEY_PATHS } from "./keys.ts";
import { NOT_YET, NOT_YET_NAMES, notYet } from "./not_yet.ts";

/** Looks up one environment variable. */
export type Environment = (name: string) => string | undefined;

/** systemd's `StateDirectory=`: a colon list of absolute paths. */
const STATE_DIRECTORY = "STATE_DIRECTORY";

/** Every name that is ever asked for: what `--allow-env` needs. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...KEY_PATHS.map(environmentName),
  ...NOT_YET_NAMES,
  STATE_DIRECTORY,
];

/**
 * Puts what the environment says over what the file says. An empty variable is unset, as with viper.
 * `STATE_DIRECTORY` gives way to both.
 */
export function readEnvironment(env: Environment, given: GivenKeys, findings: Findings): void {
  for (const path of KEY_PATHS) {
    const name = environmentName(path);
    const text = env(name);
    if (text) given.set(path, { text, place: { kind: "environment", name } });
  }
  for (const path of Object.keys(NOT_YET)) {
    const name = environmentName(path);
    const text = env(name);
    const message = text ? notYet(path, text) : undefined;
    if (message !== undefined) findings.warning({ kind: "environment", name }, path, message);
  }
  const [directory] = env(STATE_DIRECTORY)?.split(":") ?? [];
  if (directory && !given.has("buffer.directory")) {
    const place = { kind: "environment", name: STATE_DIRECTORY } as const;
    given.set("buffer.directory", { text: directory, place });
  }
}
