import type { Config } from "./config.ts";
import { type Environment, readEnvironment, warnOfOutputs } from "./environment.ts";
import { readFileKeys } from "./file_keys.ts";
import { Findings } from "./findings.ts";
import type { GivenKeys } from "./given.ts";
import { KEY_PATHS, type KeyPath, type ValueAt } from "./keys.ts";
import { originOf } from "./place.ts";
import { applyRules } from "./rules.ts";
import { keepRunning } from "./running.ts";
import { Settings } from "./settings.ts";

export { ConfigError } from "./findings.ts";

/** A key's effective value. */
export interface Setting {
  readonly key: KeyPath;
  /** For people: sizes and durations with units, a secret that is set as `<secret>`. */
  readonly value: string;
  /** `default`, `FILE:line` or `env NAME`. */
  readonly origin: string;
}

export interface LoadedConfig {
  /** Deep-frozen. */
  readonly config: Config;
  /** Every key, in the table's order. */
  readonly settings: readonly Setting[];
  /** A line each, ready to be logged, without secrets. */
  readonly warnings: readonly string[];
}

export interface LoadOptions {
  /** false for commands that write no lake (`map`): no bucket and no folder, or an incomplete one, is then no problem. */
  readonly lakeRequired?: boolean;
  /** That of an agent which is to go on with this one: what cannot change is kept, with a warning. */
  readonly running?: Config;
}

/**
 * Makes the configuration from a file's text and the environment, which beats the file.
 *
 * @param source undefined when no file is given; `fileName` is used in messages only
 * @param env asked only for `ENVIRONMENT_NAMES`, and for what `%NAME` names in custom fields and tags
 * @throws ConfigError with all problems at once
 */
export function loadConfig(
  source: { readonly fileName: string; readonly text: string } | undefined,
  env: Environment,
  options: LoadOptions = {},
): LoadedConfig {
  const findings = new Findings();
  const file = source && readFileKeys(source, findings);
  const given: GivenKeys = file?.given ?? new Map();
  readEnvironment(env, given, findings);
  warnOfOutputs(env, file, findings);
  const settings = new Settings(given, findings, env);
  if (options.running) keepRunning(options.running, settings, findings);
  // Without the file's keys the rules would only complain of what stands in it.
  if (!source || file) applyRules(settings, findings, options.lakeRequired ?? true);
  findings.throwIfAny();
  return deepFreeze({
    config: toConfig(settings),
    settings: KEY_PATHS.map((key) => ({
      key,
      value: settings.print(key),
      origin: originOf(settings.placeOf(key)),
    })),
    warnings: findings.warnings,
  });
}

interface Tree {
  [name: string]: Tree | ValueAt<KeyPath>;
}

function toConfig(settings: Settings): Config {
  const config: Tree = {};
  for (const path of KEY_PATHS) {
    const names = path.split(".");
    const last = names.pop() ?? path;
    let section = config;
    for (const name of names) section = (section[name] ??= {}) as Tree;
    section[last] = settings.get(path);
  }
  return config as unknown as Config; // the table has exactly Config's paths and types: see KEYS
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null) deepFreeze(member);
  }
  return Object.freeze(value);
}
