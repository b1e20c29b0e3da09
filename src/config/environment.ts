import { itemsOf } from "./collection.ts";
import { environmentName } from "./environment_name.ts";
import { FALCOSIDEKICK_OUTPUTS } from "./falcosidekick_outputs.ts";
import type { FileKeys } from "./file_keys.ts";
import type { Findings } from "./findings.ts";
import type { Given, GivenCollection, GivenKeys } from "./given.ts";
import { KEY_PATHS, type KeyPath } from "./keys.ts";
import type { Place } from "./place.ts";
import { boolean } from "./value.ts";

/** Looks up one environment variable. */
export type Environment = (name: string) => string | undefined;

/** systemd's `StateDirectory=`: a colon list of absolute paths. */
const STATE_DIRECTORY = "STATE_DIRECTORY";

/** Every name that is asked for, besides those that `%NAME` names. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...KEY_PATHS.map(environmentName),
  ...FALCOSIDEKICK_OUTPUTS.flatMap(({ enabledBy }) => enabledBy.map(environmentName)),
  STATE_DIRECTORY,
];

/**
 * Puts what the environment says over what the file says; entries of a map beside the file's, as
 * falcosidekick does. An empty variable is unset, as with viper. `STATE_DIRECTORY` gives way to both.
 */
export function readEnvironment(env: Environment, given: GivenKeys, findings: Findings): void {
  for (const path of KEY_PATHS) {
    const name = environmentName(path);
    const text = env(name);
    if (!text) continue;
    const before = given.get(path);
    const now: Given = { kind: "text", text, place: { kind: "environment", name } };
    const isJoined = before?.kind === "map";
    given.set(path, isJoined ? joined(path, before, now, findings) : now);
  }
  const [directory] = env(STATE_DIRECTORY)?.split(":") ?? [];
  if (directory && !given.has("buffer.directory")) {
    const place = { kind: "environment", name: STATE_DIRECTORY } as const;
    given.set("buffer.directory", { kind: "text", text: directory, place });
  }
}

/** A map of the file with the environment's entries behind it, where they count. */
function joined(
  path: KeyPath,
  file: GivenCollection,
  environment: Given,
  findings: Findings,
): Given {
  const warn = (place: Place, message: string) => findings.warning(place, path, message);
  const items = itemsOf("map", environment, warn) ?? [];
  return { kind: "map", items: [...file.items, ...items], place: environment.place };
}

/**
 * Warns of each output of falcosidekick's that the file or the environment switches on: its receivers
 * will miss the events.
 */
export function warnOfOutputs(env: Environment, file: FileKeys | undefined, findings: Findings) {
  for (const { name, enabledBy } of FALCOSIDEKICK_OUTPUTS) {
    const places = enabledBy.flatMap((key) => {
      const variable = environmentName(key);
      const inFile = file?.outputs.get(key);
      const text = env(variable) || inFile?.text;
      const isOff = key.endsWith(".enabled") && text !== undefined && boolean.read(text) === false;
      if (!text || isOff) return [];
      return [env(variable) ? { kind: "environment", name: variable } as const : inFile!.place];
    });
    if (places.length < enabledBy.length) continue;
    const message = `falco-lake has no output to ${name}; keep falcosidekick for it`;
    findings.warning(places[0]!, enabledBy[0], message);
  }
}
