import type { KeyPath } from "./keys.ts";
import type { Place } from "./place.ts";

/** A key's text as someone gave it, not yet read. */
export interface Given {
  readonly text: string;
  readonly place: Place;
}

/** What was given, by key. */
export type GivenKeys = Map<KeyPath, Given>;
