import { type Findings, quote } from "./findings.ts";
import type { GivenKeys } from "./given.ts";
import { type Key, KEY_PATHS, type KeyPath, KEYS, type ValueAt } from "./keys.ts";
import type { Place } from "./place.ts";

/** The values of all keys with where they come from. A key whose text was refused has none. */
export class Settings {
  readonly #values = new Map<KeyPath, ValueAt<KeyPath>>();
  readonly #places = new Map<KeyPath, Place>();

  /** Reads what was given, and the defaults for the rest. */
  constructor(given: GivenKeys, findings: Findings) {
    for (const path of KEY_PATHS) {
      const { text, place } = given.get(path) ??
        { text: KEYS[path].default, place: { kind: "default" } };
      const { type }: Key = KEYS[path];
      const value = type.read(text);
      this.#places.set(path, place);
      if (value !== undefined) this.#values.set(path, value);
      else {
        const shown = type.secret ? "this value" : quote(text);
        findings.problem(place, path, `Cannot accept ${shown}; expected ${type.allowed}`);
      }
    }
  }

  /** Whether all these keys have a value. */
  has(...paths: readonly KeyPath[]): boolean {
    return paths.every((path) => this.#values.has(path));
  }

  /** @throws Error if the key's text was refused */
  get<P extends KeyPath>(path: P): ValueAt<P> {
    const value = this.#values.get(path);
    if (value === undefined) throw new Error(`No value for ${path}`);
    return value as ValueAt<P>; // only `set` and the constructor write, each with the key's own type
  }

  /** Where the key was given; of several keys, the first that was not left to its default. */
  placeOf(...paths: readonly KeyPath[]): Place {
    const places = paths.map((path) => this.#places.get(path));
    return places.find((place) => place && place.kind !== "default") ?? { kind: "default" };
  }

  /** Replaces a value by its normalised form. */
  set<P extends KeyPath>(path: P, value: ValueAt<P>, place = this.placeOf(path)): void {
    this.#values.set(path, value);
    this.#places.set(path, place);
  }

  /** The value for people; a secret that is set as `<secret>`. */
  print(path: KeyPath): string {
    const { type }: Key = KEYS[path];
    const value = this.get(path);
    return value === "" ? "" : type.print(value);
  }
}
