import type { Fields } from "./fields.ts";

/** Takes labels as Falco writes them, `app:web,tier:backend`, or as a list. */
export function takeLabels(fields: Fields, name: string): string[] | undefined {
  const labels = fields.list(name) ??
    fields.text(name)?.split(",").map((label) => label.trim());
  if (labels === undefined || labels.includes("")) return undefined;
  fields.use(name);
  return labels;
}
