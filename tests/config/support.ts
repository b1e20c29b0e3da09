import { ConfigError } from "../../src/config/findings.ts";
import { loadConfig, type LoadedConfig } from "../../src/config/load.ts";

export const FOLDER = { LAKE_DIRECTORY: "/lake" };

/** Loads a text called f.yaml; the environment has a lake folder unless told otherwise. */
export function load(text: string, env: Readonly<Record<string, string>> = FOLDER): LoadedConfig {
  return loadConfig({ fileName: "f.yaml", text }, (name) => env[name]);
}

/** The problems of a configuration that must have some. */
export function problemsOf(text: string, env?: Readonly<Record<string, string>>): string[] {
  try {
    load(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
  throw new Error(`Expected problems in ${text}`);
}
