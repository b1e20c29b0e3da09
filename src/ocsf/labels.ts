import type { Fields } from "./fields.ts";

/** Takes labels as Falco writes them, `app:web,tier:backend` or `(app:web)`, or as a list. */
export function takeLabels(fields: Fields, name: string): string[] | undefined {
  const labels = fields.list(name) ??
    fields.text(name)?.replace(/^\((.*)\)$/, "$1").split(",").map((label) => label.trim());
  // Where a value has a comma, nobody can tell where it ends.
  if (!labels?.every((label) => label.includes(":"))) return undefined;
  fields.use(name);
  return labels;
}
