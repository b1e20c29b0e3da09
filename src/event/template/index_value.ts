import type { Budget } from "./budget.ts";
import { RenderError } from "./error.ts";
import { member } from "./fields.ts";
import { fromField, int, isNothing, readText, typeName, type Value } from "./value.ts";

/** The function index: `index x 1 "a"` is Go's `x[1]["a"]`. A key that a map lacks is nil. */
export function indexValue(item: Value, keys: readonly Value[], budget: Budget): Value {
  if (isNothing(item)) throw new RenderError("index of untyped nil");
  return keys.reduce((inside, key) => indexOne(inside, key, budget), item);
}

function indexOne(item: Value, key: Value, budget: Budget): Value {
  budget.spend();
  switch (item.kind) {
    case "absent":
    case "null":
      throw new RenderError("index of nil pointer");
    case "map":
      if (key.kind === "string") return member(item.fields, key.text);
      throw new RenderError(`value has type ${typeName(key)}; should be string`);
    case "slice":
      return fromField(item.items[position(key, item.items.length)]);
    case "string":
    case "number": {
      // Go's strings are bytes.
      const bytes = new TextEncoder().encode(readText(item, budget));
      return int(bytes[position(key, bytes.length)]!, "uint8");
    }
    default:
      throw new RenderError(`can't index item of type ${typeName(item)}`);
  }
}

function position(key: Value, length: number): number {
  if (key.kind !== "int") throw new RenderError(`cannot index slice/array with ${typeName(key)}`);
  if (key.value < 0n || key.value >= BigInt(length)) {
    throw new RenderError(`index out of range: ${key.value}`);
  }
  return Number(key.value);
}
