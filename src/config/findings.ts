import { comparePlaces, messagePrefix, type Place } from "./place.ts";

/** The configuration cannot be used. Every problem at once, none of them with a secret in it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  /**
   * @param problems one line each: `file.yaml:line:column: dotted.key: what is wrong; what is allowed`,
   *   or `environment NAME: dotted.key: …`, or `dotted.key: …` for what is missing
   */
  constructor(readonly problems: readonly string[]) {
    super(`Cannot use this configuration:\n${problems.join("\n")}`);
  }
}

interface Finding {
  readonly place: Place;
  readonly message: string;
}

/** Collects what is wrong or remarkable, so that all of it can be told at once. */
export class Findings {
  readonly #problems: Finding[] = [];
  readonly #warnings: Finding[] = [];

  /** @param subject a dotted key; "" for the file as a whole */
  problem(place: Place, subject: string, message: string): void {
    this.#problems.push(finding(place, subject, message));
  }

  warning(place: Place, subject: string, message: string): void {
    this.#warnings.push(finding(place, subject, message));
  }

  /** Lines in the order of the file, then of the environment. */
  get warnings(): readonly string[] {
    return lines(this.#warnings);
  }

  /** @throws ConfigError if there is a problem */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw new ConfigError(lines(this.#problems));
  }
}

function finding(place: Place, subject: string, message: string): Finding {
  return { place, message: subject === "" ? message : `${printableKey(subject)}: ${message}` };
}

function lines(findings: readonly Finding[]): string[] {
  return findings
    .toSorted((a, b) => comparePlaces(a.place, b.place))
    .map(({ place, message }) => messagePrefix(place) + message);
}

/**
 * A key in a message. `secretaccesskey:XYZ`, where a space was forgotten, is a key to YAML, with a
 * secret in it: so it ends at the first character that no key has.
 */
export function printableKey(key: string): string {
  const shown = key.slice(0, 100).replace(/[^\p{L}\p{N}_.-].*/su, "");
  return shown === key ? key : `${shown}…`;
}

/**
 * A value in a message, as a JSON string, cut after 200 characters. What stands before an @ may be
 * user name and password of a URL, and is left out.
 */
export function quote(value: string): string {
  const shown = value.replace(/^.*@/s, "<secret>@");
  return JSON.stringify(shown.length > 200 ? `${shown.slice(0, 200)}…` : shown);
}
