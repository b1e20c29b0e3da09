import type { Findings } from "./findings.ts";
import type { KeyPath } from "./keys.ts";
import type { Settings } from "./settings.ts";

/** A rule over several keys. It runs only if all of them have a value. */
export interface Rule {
  readonly keys: readonly KeyPath[];
  /** About which lake there is; `falco-lake map` needs none. */
  readonly isAboutLake?: true;
  check(settings: Settings, findings: Findings): void;
}

/** Warns of a key that is set and has no effect without another one. */
export function hasNoEffectWithout(
  key: KeyPath,
  other: KeyPath,
  value: (settings: Settings) => boolean,
): Rule {
  return {
    keys: [key, other],
    check(settings, findings) {
      const place = settings.placeOf(key);
      if (place.kind === "default" || settings.isEmpty(key) || value(settings)) return;
      findings.warning(place, key, `Has no effect without ${other}`);
    },
  };
}
