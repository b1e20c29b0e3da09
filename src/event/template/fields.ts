import { RenderError } from "./error.ts";
import { ABSENT, type Fields, fromField, int, text, typeName, type Value } from "./value.ts";

/**
 * What `.name` gives for a value.
 *
 * @param hasArguments whether there are any behind it or piped into it; nothing here takes any
 * @throws RenderError
 */
export function fieldOf(receiver: Value, name: string, hasArguments: boolean): Value {
  switch (receiver.kind) {
    case "absent":
      return ABSENT;
    case "null":
      throw new RenderError(`nil pointer evaluating interface {}.${name}`);
    case "number":
      if (isMethod(name)) {
        if (hasArguments) throw new RenderError(`too many arguments for ${name}: want 0`);
        return callMethod(receiver.text, name);
      }
      break;
    case "map":
      if (hasArguments) throw new RenderError(`${name} is not a method but has arguments`);
      return member(receiver.fields, name);
  }
  throw new RenderError(`can't evaluate field ${name} in type ${typeName(receiver)}`);
}

/** Own members alone: `constructor` and the like are keys as others. */
export const member = (fields: Fields, key: string): Value =>
  Object.hasOwn(fields, key) ? fromField(fields[key]) : ABSENT;

type Method = "String" | "Int64" | "Float64";

/**
 * The methods of Go's json.Number: no template needs them, but what looks like a field in the
 * template is a method when the data has a number there.
 */
const isMethod = (name: string): name is Method => /^(?:String|Int64|Float64)$/.test(name);

function callMethod(number: string, method: Method): Value {
  if (method === "String") return text(number);
  if (method === "Float64") {
    const value = Number(number);
    if (Number.isFinite(value)) return { kind: "float", value };
  } else if (/^-?\d+$/.test(number)) {
    const value = BigInt(number);
    if (value === BigInt.asIntN(64, value)) return int(value, "int64");
  }
  throw new RenderError(`error calling ${method}: ${number} is none`);
}
