import type { FieldValue } from "../event/falco_event.ts";

/** The longest string_t of OCSF 1.1 to 1.3, in characters (code points, not UTF-16 units). */
export const LONGEST_TEXT = 65_535;

/** Cuts a text after 65 535 characters, never inside one. */
export function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  let index = 0;
  for (let characters = 0; characters < LONGEST_TEXT; characters++) {
    if (index >= text.length) return text;
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, index);
}

/**
 * The text of a field for a string attribute or `unmapped`: numbers with every digit, lists and
 * objects as JSON.
 *
 * @returns undefined for what means "no value": null, "", and Falco's `<NA>` and `N/A`
 */
export function textOf(value: FieldValue | undefined): string | undefined {
  switch (typeof value) {
    case "string":
      // JSON can carry half a surrogate pair; Parquet's strings are UTF-8 and cannot.
      return value === "" || value === "<NA>" || value === "N/A" ? undefined : value.toWellFormed();
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return value === null ? undefined : jsonOf(value);
    default:
      return undefined;
  }
}

type Nested = Extract<FieldValue, object>;

const isNested = (value: FieldValue): value is Nested =>
  typeof value === "object" && value !== null;

/**
 * JSON text of a list or an object. Not JSON.stringify, which refuses bigint and runs out of stack
 * on the depth of nesting that JSON.parse accepts.
 */
function jsonOf(root: Nested): string {
  let text = "";
  const open: { readonly rest: Iterator<[string, FieldValue]>; readonly list: boolean }[] = [];
  const enter = (value: Nested) => {
    const list = Array.isArray(value);
    text += list ? "[" : "{";
    open.push({ rest: Object.entries(value)[Symbol.iterator](), list });
  };
  enter(root);
  for (let top = open.at(-1), first = true; top !== undefined; top = open.at(-1)) {
    const next = top.rest.next();
    if (next.done) {
      text += top.list ? "]" : "}";
      open.pop();
      first = false;
      continue;
    }
    const [key, value] = next.value;
    if (!first) text += ",";
    if (!top.list) text += `${JSON.stringify(key)}:`;
    first = isNested(value);
    if (isNested(value)) enter(value);
    else text += typeof value === "bigint" ? String(value) : JSON.stringify(value);
  }
  return text;
}
