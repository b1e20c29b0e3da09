import { BoundedText } from "./bounded_text.ts";
import type { Budget } from "./budget.ts";
import { equalsAny } from "./equal.ts";
import { RenderError } from "./error.ts";
import { print } from "./fmt/print.ts";
import { printf } from "./fmt/printf.ts";
import type { FunctionName } from "./function_names.ts";
import { indexValue } from "./index_value.ts";
import { bool, countKeys, int, isTrue, readText, text, typeName, type Value } from "./value.ts";

/** The functions that evaluate all of their arguments; `and` and `or` stop early. */
type Eager = Exclude<FunctionName, "and" | "or">;

/** Calls a function; the number of arguments has been checked. */
export function callFunction(name: Eager, values: readonly Value[], budget: Budget): Value {
  const [first, ...others] = values;
  switch (name) {
    case "eq":
      return bool(equalsAny(first!, others, budget));
    case "index":
      return indexValue(first!, others, budget);
    case "len":
      return int(length(first!, budget));
    case "ne":
      return bool(!equalsAny(first!, others, budget));
    case "not":
      return bool(!isTrue(first!, budget));
    case "print":
      return written(budget, (out) => print(values, out));
    case "printf":
      if (first!.kind !== "string") {
        throw new RenderError(`wrong type for value; expected string; got ${typeName(first!)}`);
      }
      return written(budget, (out) => printf(first!.text, others, out));
  }
}

function written(budget: Budget, write: (out: BoundedText) => void): Value {
  const out = new BoundedText(budget);
  write(out);
  return text(out.text);
}

/** Of a text, Go counts the bytes of its UTF-8. */
function length(value: Value, budget: Budget): number {
  switch (value.kind) {
    case "string":
    case "number":
      return new TextEncoder().encode(readText(value, budget)).length;
    case "slice":
      return value.items.length;
    case "map":
      return countKeys(value.fields, budget);
    default:
      throw new RenderError(`len of type ${typeName(value)}`);
  }
}
