import { fileAt, REGULAR_FILE } from "./file.ts";
import type { Fields } from "./fields.ts";
import type { Container, File, Process, Writable } from "./finding.ts";
import { processUid } from "./uid.ts";
import { mapUser } from "./user.ts";

/** `proc.aname[n]` and `proc.aexepath[n]` that the official rules print beyond the parent. */
const ANCESTORS = [7, 6, 5, 4, 3, 2].map((level) => ({
  name: `proc.aname[${level}]`,
  path: `proc.aexepath[${level}]`,
}));

/** Where the process ran, as far as its made-up uid needs it. */
export interface ProcessPlace {
  readonly hostname: string;
  readonly container: Container | undefined;
  /** The uid of the finding: all there is to tell apart processes that nothing is known of. */
  readonly findingUid: string;
}

/**
 * The process that made the system call, with its user and container.
 *
 * @returns undefined when the event tells nothing about a process
 */
export function mapProcess(fields: Fields, place: ProcessPlace): Process | undefined {
  const process: Writable<Process> = {};
  const name = fields.take("proc.name");
  if (name !== undefined) process.name = name;
  const commandLine = fields.take("proc.cmdline");
  if (commandLine !== undefined) process.cmd_line = commandLine;
  const path = fields.take("proc.exepath");
  if (path !== undefined) process.file = fileAt(path, REGULAR_FILE);
  const pid = fields.takeId("proc.pid");
  if (pid !== undefined) process.pid = pid;
  const tid = fields.takeId("thread.tid");
  if (tid !== undefined) process.tid = tid;
  const namespacePid = fields.takeId("proc.vpid");
  if (namespacePid !== undefined) process.namespace_pid = namespacePid;
  const loginUid = fields.takeId("user.loginuid");
  if (loginUid !== undefined) process.auid = loginUid;
  const user = mapUser(fields);
  if (user !== undefined) process.user = user;
  if (place.container !== undefined) process.container = place.container;
  const parent = mapParent(fields, place);
  if (parent !== undefined) process.parent_process = parent;
  const lineage = mapLineage(fields, parent, process);
  if (lineage !== undefined) process.lineage = lineage;

  // OCSF's process needs a pid or a uid, also when all we know is a user or a container.
  if (pid === undefined && hasProperties(process)) process.uid = uidOf(process, place);
  return hasProperties(process) ? process : undefined;
}

function hasProperties(object: object): boolean {
  for (const _ in object) return true;
  return false;
}

function mapParent(fields: Fields, place: ProcessPlace): Process["parent_process"] {
  const name = fields.take("proc.pname");
  const commandLine = fields.take("proc.pcmdline");
  const path = fields.take("proc.pexepath");
  const pid = fields.takeId("proc.ppid");
  const parent: Writable<NonNullable<Process["parent_process"]>> = {};
  if (name !== undefined) parent.name = name;
  if (commandLine !== undefined) parent.cmd_line = commandLine;
  if (path !== undefined) parent.file = fileAt(path, REGULAR_FILE);
  if (pid !== undefined) parent.pid = pid;
  if (!hasProperties(parent)) return undefined;
  if (pid === undefined) parent.uid = uidOf(parent, place);
  return parent;
}

type Identity = { readonly file?: File; readonly name?: string; readonly cmd_line?: string };

function uidOf({ file, name, cmd_line }: Identity, place: ProcessPlace): string {
  const known = file !== undefined || name !== undefined || cmd_line !== undefined;
  const where = [place.hostname, place.container?.uid];
  return processUid(
    known ? [...where, file?.path, name, cmd_line] : [...where, place.findingUid],
  );
}

/** OCSF's lineage as its documentation shows it: oldest first, down to the process itself. */
function mapLineage(
  fields: Fields,
  parent: Process["parent_process"],
  process: Process,
): string[] | undefined {
  const lineage: string[] = [];
  for (const ancestor of ANCESTORS) {
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
