import type { FieldValue } from "../falco_event.ts";
import type { Budget } from "./budget.ts";

/**
 * A value as text/template sees it. `map[string]interface{}` from encoding/json with UseNumber()
 * has only some of Go's types, and literals in templates add int and float64.
 */
export type Value =
  /** Go's zero reflect.Value: a missing key, shown as `<no value>`; its fields are absent, too. */
  | { readonly kind: "absent" }
  /** JSON's null inside of the data. Like absent, but looking up a field of it is an error. */
  | { readonly kind: "null" }
  | { readonly kind: "string"; readonly text: string }
  /** json.Number, a type of its own whose kind is string: true for "0", equal to the string "5". */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "int"; readonly type: IntegerType; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "slice"; readonly items: readonly FieldValue[] }
  | { readonly kind: "map"; readonly fields: Fields };

/** uint8: a byte of a string; int64: what the method Int64 of a json.Number gives. */
export type IntegerType = "int" | "int64" | "uint8";

export type Fields = { readonly [key: string]: FieldValue };

export const ABSENT: Value = { kind: "absent" };
const NULL: Value = { kind: "null" };

export const text = (value: string): Value => ({ kind: "string", text: value });
export const bool = (value: boolean): Value => ({ kind: "bool", value });
export const int = (value: number | bigint, type: IntegerType = "int"): Value => ({
  kind: "int",
  type,
  value: BigInt(value),
});

/**
 * A member of the data. Numbers arrive without their spelling: `1.0` is shown as `1`, `1e3` as
 * `1000`, where Go's json.Number keeps what was sent. A lone surrogate, which Go's decoder makes
 * U+FFFD, stays here until the text is used: looking for one reads all of it.
 */
export function fromField(field: FieldValue | undefined): Value {
  if (field === undefined) return ABSENT;
  if (field === null) return NULL;
  switch (typeof field) {
    case "string":
      return text(field);
    case "boolean":
      return bool(field);
    case "number":
    case "bigint":
      // A getter, because a bigint with very many digits takes its time.
      return {
        kind: "number",
        get text() {
          return String(field);
        },
      };
    default:
      return isArray(field) ? { kind: "slice", items: field } : { kind: "map", fields: field };
  }
}

/** Array.isArray does not narrow readonly arrays. */
const isArray = (field: FieldValue): field is readonly FieldValue[] => Array.isArray(field);

/** Go's name of the value's type, as `%T` and error messages give it. */
export function typeName(value: Value): string {
  switch (value.kind) {
    case "absent":
    case "null":
      return "<nil>";
    case "number":
      return "json.Number";
    case "int":
      return value.type;
    case "float":
      return "float64";
    case "slice":
      return "[]interface {}";
    case "map":
      return "map[string]interface {}";
    default:
      return value.kind;
  }
}

export const isNothing = (value: Value): boolean =>
  value.kind === "absent" || value.kind === "null";

/** What `if`, `with`, `and`, `or` and `not` take as true: anything that is not empty or zero. */
export function isTrue(value: Value, budget: Budget): boolean {
  switch (value.kind) {
    case "absent":
    case "null":
      return false;
    case "string":
      return value.text !== "";
    case "number":
      return true;
    case "int":
      return value.value !== 0n;
    case "float":
      return value.value !== 0;
    case "bool":
      return value.value;
    case "slice":
      return value.items.length > 0;
    case "map":
      return countKeys(value.fields, budget) > 0;
  }
}

export function countKeys(fields: Fields, budget: Budget): number {
  const count = Object.keys(fields).length;
  budget.spendOnKeys(count);
  return count;
}

/** All of a text, well-formed; charged for, because it may be long and asked for often. */
export function readText(value: Extract<Value, { text: string }>, budget: Budget): string {
  const { text } = value;
  budget.spendOnText(text.length);
  // Finding a bigint's digits takes more than reading them.
  if (value.kind === "number") budget.spend(text.length >> 3);
  return text.toWellFormed();
}
