import { type CollectionType, itemsOf } from "./collection.ts";
import type { Environment } from "./environment.ts";
import { type Findings, quote } from "./findings.ts";
import type { Given, GivenItem, GivenKeys } from "./given.ts";
import { type Key, KEY_PATHS, type KeyPath, KEYS, type ValueAt } from "./keys.ts";
import type { Place } from "./place.ts";
import type { ValueType } from "./value.ts";

/** The values of all keys with where they come from. A key whose text was refused has none. */
export class Settings {
  readonly #values = new Map<KeyPath, ValueAt<KeyPath>>();
  readonly #places = new Map<KeyPath, Place>();

  /** Reads what was given, and the defaults for the rest. */
  constructor(given: GivenKeys, findings: Findings, env: Environment) {
    for (const path of KEY_PATHS) {
      const value = given.get(path) ??
        { kind: "text", text: KEYS[path].default, place: { kind: "default" } };
      this.#places.set(path, value.place);
      const { type }: Key = KEYS[path];
      const read = "form" in type
        ? readCollection(path, type, value, findings, env)
        : readText(path, type, value, findings);
      if (read !== undefined) this.#values.set(path, read);
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

  /** Whether its value is nothing: "", an empty list, or false. */
  isEmpty(path: KeyPath): boolean {
    const value = this.get(path);
    return value === "" || value === false || (Array.isArray(value) && value.length === 0);
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

function readText<V>(
  path: KeyPath,
  type: ValueType<V>,
  given: Given,
  findings: Findings,
): V | undefined {
  const { kind, place } = given;
  const value = kind === "text" ? type.read(given.text) : undefined;
  if (value === undefined) {
    const shown = kind !== "text" ? `a ${kind}` : type.secret ? "this value" : quote(given.text);
    findings.problem(place, path, `Cannot accept ${shown}; expected ${type.allowed}`);
  }
  return value;
}

function readCollection<V>(
  path: KeyPath,
  type: CollectionType<V>,
  given: Given,
  findings: Findings,
  env: Environment,
): V | undefined {
  const warn = (place: Place, message: string) => findings.warning(place, path, message);
  const items = itemsOf(type.form, given, warn);
  if (!items) {
    const message = `Cannot accept a ${given.kind}; expected ${type.allowed}`;
    findings.problem(given.place, path, message);
    return undefined;
  }
  const subject = ({ key }: GivenItem) => key === "" ? path : `${path}.${key}`;
  return type.read(items, {
    env,
    problem: (item, message) => findings.problem(item.place, subject(item), message),
    warning: (item, message) => findings.warning(item.place, subject(item), message),
  });
}
