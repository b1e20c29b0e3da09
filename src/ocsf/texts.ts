import type { Fields } from "./fields.ts";

/** A list of texts; as text Falco writes it `(a,b)`. Does not take it. */
export function textsOf(fields: Fields, name: string): string[] | undefined {
  const list = fields.list(name);
  if (list !== undefined) return list;
  const text = fields.text(name);
  if (text === undefined) return undefined;
  const inside = text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : text;
  const texts = inside.split(",").map((part) => part.trim());
  return texts.includes("") ? undefined : texts;
}

/** `textsOf`, and takes it. */
export function takeTexts(fields: Fields, name: string): string[] | undefined {
  const texts = textsOf(fields, name);
  if (texts !== undefined) fields.use(name);
  return texts;
}
