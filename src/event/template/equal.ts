import type { Budget } from "./budget.ts";
import { RenderError } from "./error.ts";
import { isNothing, readText, typeName, type Value } from "./value.ts";

/** The function eq: whether the first value equals any of the others. */
export function equalsAny(first: Value, others: readonly Value[], budget: Budget): boolean {
  if (others.length === 0) throw new RenderError("missing argument for comparison");
  return others.some((other) => equal(first, other, budget));
}

/** Strings and json.Numbers compare as one kind, and integers of any type; nothing else mixes. */
function equal(a: Value, b: Value, budget: Budget): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  const [left, right] = [primitive(a, budget), primitive(b, budget)];
  if (left === undefined && right === undefined) {
    throw new RenderError(`non-comparable types ${typeName(a)} and ${typeName(b)}`);
  }
  if (typeof left !== typeof right) {
    throw new RenderError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  return left === right;
}

/** One JavaScript type for each of Go's basic kinds: string, bigint for int, number for float. */
function primitive(value: Value, budget: Budget): string | bigint | number | boolean | undefined {
  switch (value.kind) {
    case "string":
    case "number":
      return readText(value, budget);
    case "int":
    case "float":
    case "bool":
      return value.value;
    default:
      return undefined;
  }
}
