import type { Config } from "./config.ts";
import type { Findings } from "./findings.ts";
import { type KeyPath, KEYS, type ValueAt } from "./keys.ts";
import type { Settings } from "./settings.ts";

/** What an agent cannot change while it runs: its ports, and how its buffer is laid out. */
export const RESTART_KEYS: readonly KeyPath[] = [
  "listenaddress",
  "listenport",
  "tlsserver.deploy",
  "tlsserver.mutualtls",
  "tlsserver.notlsport",
  "tlsserver.notlspaths",
  "buffer.directory",
  "buffer.segmentsize",
  "buffer.sync",
  "receiver.timeout",
];

/** Keeps those keys as they are in a running agent, with a warning where they were to change. */
export function keepRunning(running: Config, settings: Settings, findings: Findings): void {
  for (const path of RESTART_KEYS) {
    if (!settings.has(path)) continue;
    const value = valueAt(running, path);
    if (JSON.stringify(settings.get(path)) === JSON.stringify(value)) continue;
    const message = `Cannot change while the agent runs, stays ${shown(path, value)}; restart it ` +
      "for that";
    findings.warning(settings.placeOf(path), path, message);
    settings.set(path, value);
  }
}

function valueAt<P extends KeyPath>(config: Config, path: P): ValueAt<P> {
  let value: unknown = config;
  for (const name of path.split(".")) value = (value as Readonly<Record<string, unknown>>)[name];
  return value as ValueAt<P>; // `Config` has exactly the table's paths and types: see KEYS
}

function shown(path: KeyPath, value: ValueAt<KeyPath>): string {
  const { type } = KEYS[path] as { readonly type: { print(value: ValueAt<KeyPath>): string } };
  return JSON.stringify(type.print(value));
}
