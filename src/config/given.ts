import type { KeyPath } from "./keys.ts";
import type { Place } from "./place.ts";

/** One element of a list or a map as someone gave it. */
export interface GivenItem {
  /** "" in a list. */
  readonly key: string;
  readonly text: string;
  readonly place: Place;
}

export interface GivenCollection {
  readonly kind: "list" | "map";
  readonly items: readonly GivenItem[];
  readonly place: Place;
}

/** What someone gave for a key, not yet read. */
export type Given =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  | GivenCollection;

/** What was given, by key. */
export type GivenKeys = Map<KeyPath, Given>;
