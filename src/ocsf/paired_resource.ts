import type { Fields } from "./fields.ts";
import type { Resource } from "./finding.ts";

/** Takes a thing that an event names by two fields, its name and its id, whichever are there. */
export function takePaired(
  fields: Fields,
  type: string,
  nameField: string,
  uidField: string,
): Resource[] {
  const name = fields.take(nameField);
  const uid = fields.take(uidField);
  if (name === undefined && uid === undefined) return [];
  return [{ type, ...(name !== undefined && { name }), ...(uid !== undefined && { uid }) }];
}
