import type { Fields } from "./fields.ts";
import type { Group, User, Writable } from "./finding.ts";

/** How Falco writes "no such id": (uid_t)-1. It is nobody's. */
const NO_ID = new Set(["-1", "4294967295"]);

/** The user that the process ran as, with its group. */
export function mapUser(fields: Fields): User | undefined {
  const name = fields.take("user.name");
  const uid = takeUnixId(fields, "user.uid");
  // OCSF's user needs a name or a uid; a group alone stays unmapped.
  if (name === undefined && uid === undefined) return undefined;
  const user: Writable<User> = {};
  if (name !== undefined) user.name = name;
  if (uid !== undefined) user.uid = uid;
  const group = mapGroup(fields);
  if (group !== undefined) user.groups = [group];
  return user;
}

function mapGroup(fields: Fields): Group | undefined {
  const name = fields.take("group.name");
  const uid = takeUnixId(fields, "group.gid");
  if (name === undefined && uid === undefined) return undefined;
  const group: Writable<Group> = {};
  if (name !== undefined) group.name = name;
  if (uid !== undefined) group.uid = uid;
  return group;
}

function takeUnixId(fields: Fields, name: string): string | undefined {
  const id = fields.text(name);
  return id === undefined || NO_ID.has(id) ? undefined : fields.take(name);
}
