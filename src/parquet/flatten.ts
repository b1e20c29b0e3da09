import { describeValue, type Origin, RowError } from "./row_error.ts";

/** The elements of many arrays, one after the other, as Arrow stores lists. */
export interface Flattened {
  readonly elements: unknown[];
  /** Where each array begins in `elements`, and at the end where the last one ends. */
  readonly valueOffsets: Int32Array;
  /** For complaints about an element. */
  readonly origin: Origin;
}

/** @throws RowError for a value that is no array, or an element that is null or undefined */
export function flattenArrays(values: readonly unknown[], origin: Origin): Flattened {
  const elements: unknown[] = [];
  const valueOffsets = new Int32Array(values.length + 1);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value !== undefined) {
      if (!Array.isArray(value)) {
        throw new RowError(
          origin.rowOf(at),
          origin.path,
          `${describeValue(value)} is not an array`,
        );
      }
      for (const element of value as unknown[]) {
        if (element === undefined || element === null) {
          throw new RowError(origin.rowOf(at), `${origin.path}[]`, "an element is missing");
        }
        elements.push(element);
      }
    }
    valueOffsets[at + 1] = elements.length;
  }
  return {
    elements,
    valueOffsets,
    origin: elementOrigin(`${origin.path}[]`, origin, valueOffsets),
  };
}

/** Maps as two lists in step. */
export interface FlattenedMaps {
  readonly keys: string[];
  readonly values: unknown[];
  readonly valueOffsets: Int32Array;
  readonly origin: Origin;
}

/**
 * Entries keep the order they have in the object.
 *
 * @throws RowError for a value that is no object
 */
export function flattenMaps(maps: readonly unknown[], origin: Origin): FlattenedMaps {
  const keys: string[] = [];
  const values: unknown[] = [];
  const valueOffsets = new Int32Array(maps.length + 1);
  checkObjects(maps, origin);
  for (let at = 0; at < maps.length; at++) {
    const map = maps[at] as Readonly<Record<string, unknown>> | undefined;
    if (map !== undefined) {
      for (const key of Object.keys(map)) {
        keys.push(key);
        values.push(map[key] ?? null); // null is no string, and so refused
      }
    }
    valueOffsets[at + 1] = keys.length;
  }
  return {
    keys,
    values,
    valueOffsets,
    origin: elementOrigin(`${origin.path}{}`, origin, valueOffsets),
  };
}

/** @throws RowError for a value that is there but no object */
export function checkObjects(values: readonly unknown[], origin: Origin): void {
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value !== undefined && (typeof value !== "object" || Array.isArray(value))) {
      throw new RowError(origin.rowOf(at), origin.path, `${describeValue(value)} is not an object`);
    }
  }
}

function elementOrigin(path: string, origin: Origin, valueOffsets: Int32Array): Origin {
  // The holder of an element is the first whose end lies behind it.
  const holderOf = (index: number) =>
    valueOffsets.findIndex((end, at) => at > 0 && end > index) - 1;
  return { path, rowOf: (index) => origin.rowOf(holderOf(index)) };
}
