import type { FieldValue } from "../event/falco_event.ts";

/** The longest string_t of OCSF 1.1 to 1.3, in characters (code points, not UTF-16 units). */
export const LONGEST_TEXT = 65_535;

/** Bytes that are no UTF-8 become U+FFFD; a byte order mark is kept, for raw_data is verbatim. */
export const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

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

/** `JSON.rawJSON` (ECMAScript "JSON.parse source text access"); TypeScript's library lags behind. */
export const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const keepDigits = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? rawJSON(String(value)) : value;

/** JSON text of a list or an object, with every digit of its numbers. */
function jsonOf(root: Nested): string {
  try {
    // Nearly always without a replacer, which makes it several times slower.
    return JSON.stringify(root);
  } catch (error) {
    if (error instanceof TypeError) return exactJsonOf(root); // it does not know bigint
    // The stack ends some thousand levels deep, which JSON.parse accepts.
    if (error instanceof RangeError) return deepJsonOf(root);
    throw error;
  }
}

function exactJsonOf(root: Nested): string {
  try {
    return JSON.stringify(root, keepDigits);
  } catch (error) {
    if (error instanceof RangeError) return deepJsonOf(root);
    throw error;
  }
}

/** The same without recursion, for any depth. */
function deepJsonOf(root: Nested): string {
  const parts: string[] = [];
  const open: { readonly value: Nested; readonly keys: string[] | undefined; next: number }[] = [];
  const enter = (value: Nested) => {
    const keys = Array.isArray(value) ? undefined : Object.keys(value);
    parts.push(keys ? "{" : "[");
    open.push({ value, keys, next: 0 });
  };
  enter(root);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { value, keys, next } = top;
    if (next === (keys ?? value as readonly FieldValue[]).length) {
      parts.push(keys ? "}" : "]");
      open.pop();
      continue;
    }
    top.next++;
    const key = keys ? keys[next]! : next;
    const member = (value as Readonly<Record<string | number, FieldValue>>)[key]!;
    if (next > 0) parts.push(",");
    if (keys) parts.push(`${JSON.stringify(key)}:`);
    if (isNested(member)) enter(member);
    else parts.push(typeof member === "bigint" ? String(member) : JSON.stringify(member));
  }
  return parts.join("");
}
