import type { Fields } from "./fields.ts";
import type { Ancestor, Process, Writable } from "./finding.ts";
import { hasProperties } from "./has_properties.ts";

/** The levels above the parent that the official rules print (`proc.aname[7]`), nearest first. */
const LEVELS = [2, 3, 4, 5, 6, 7].map((level) => ({
  name: `proc.aname[${level}]`,
  path: `proc.aexepath[${level}]`,
  commandLine: `proc.acmdline[${level}]`,
  pid: `proc.apid[${level}]`,
}));

const OLDEST_FIRST = LEVELS.toReversed();

/**
 * OCSF's ancestry (since 1.4): the parent, then its parent, up to the oldest that is known.
 *
 * @returns undefined when no more than the parent is known, which has a place of its own
 */
export function mapAncestry(
  fields: Fields,
  parent: Process["parent_process"],
): Ancestor[] | undefined {
  const ancestry: Ancestor[] = [];
  for (const level of LEVELS) {
    const ancestor: Writable<Ancestor> = {};
    const name = fields.take(level.name);
    if (name !== undefined) ancestor.name = name;
    const path = fields.take(level.path);
    if (path !== undefined) ancestor.path = path;
    const commandLine = fields.take(level.commandLine);
    if (commandLine !== undefined) ancestor.cmd_line = commandLine;
    const pid = fields.takeId(level.pid);
    if (pid !== undefined) ancestor.pid = pid;
    if (hasProperties(ancestor)) ancestry.push(ancestor);
  }
  if (ancestry.length === 0) return undefined;
  return parent === undefined ? ancestry : [ancestorOf(parent), ...ancestry];
}

function ancestorOf({ name, pid, cmd_line, file }: NonNullable<Process["parent_process"]>) {
  const ancestor: Writable<Ancestor> = {};
  if (name !== undefined) ancestor.name = name;
  if (file !== undefined) ancestor.path = file.path;
  if (cmd_line !== undefined) ancestor.cmd_line = cmd_line;
  if (pid !== undefined) ancestor.pid = pid;
  return ancestor;
}

/** OCSF's lineage (up to 1.3) as its documentation shows it: oldest first, down to the process. */
export function mapLineage(
  fields: Fields,
  parent: Process["parent_process"],
  process: Process,
): string[] | undefined {
  const lineage: string[] = [];
  for (const ancestor of OLDEST_FIRST) {
    const name = fields.text(ancestor.name);
    const path = fields.take(ancestor.path);
    if (path !== undefined) lineage.push(path);
    else if (name !== undefined) lineage.push(name);
    // A name that the path does not show stays unmapped.
    if (name !== undefined && (path === undefined || path.endsWith(`/${name}`))) {
      fields.use(ancestor.name);
    }
  }
  if (lineage.length === 0) return undefined;
  for (const { file, name } of [parent ?? {}, process]) {
    const text = file?.path ?? name;
    if (text !== undefined) lineage.push(text);
  }
  return lineage;
}
