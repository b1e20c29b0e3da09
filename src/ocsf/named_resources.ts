import type { Fields } from "./fields.ts";
import type { Resource } from "./finding.ts";

/** The field that names a thing, and of what type that is. */
export interface NamedResource {
  readonly field: string;
  readonly type: string;
  /** Which of OCSF's two the field is. */
  readonly as: "name" | "uid";
}

/** Takes the things that an event names, in the order of the table. */
export function takeResources(fields: Fields, table: readonly NamedResource[]): Resource[] {
  const resources: Resource[] = [];
  for (const { field, type, as } of table) {
    const text = fields.take(field);
    if (text === undefined || resources.some((one) => one.type === type && one[as] === text)) {
      continue;
    }
    resources.push(as === "name" ? { type, name: text } : { type, uid: text });
  }
  return resources;
}
