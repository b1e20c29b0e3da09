import type { BoundedText } from "../bounded_text.ts";
import type { Value } from "../value.ts";
import { formatPlain } from "./value.ts";

/** Go's Sprint: a space between two values of which neither is of the kind string. */
export function print(values: readonly Value[], out: BoundedText): void {
  values.forEach((value, index) => {
    const previous = values[index - 1];
    if (previous && !isString(previous) && !isString(value)) out.add(" ");
    formatPlain(value, out);
  });
}

/** json.Number is a string, too. */
const isString = ({ kind }: Value): boolean => kind === "string" || kind === "number";
