import { mapAncestry, mapLineage } from "./ancestors.ts";
import { fileAt, REGULAR_FILE } from "./file.ts";
import type { Fields } from "./fields.ts";
import type { Container, File, Process, Writable } from "./finding.ts";
import { hasProperties } from "./has_properties.ts";
import { mapAttributes } from "./process_attributes.ts";
import { processUid } from "./process_uid.ts";
import { mapUser } from "./user.ts";

/** Where the process ran, as far as its made-up uid needs it. */
export interface ProcessPlace {
  readonly hostname: string;
  readonly container: Container | undefined;
  /** The uid of the finding: all there is to tell apart processes that nothing is known of. */
  readonly findingUid: string;
  /** Of the OCSF version, see version.ts. */
  readonly minor: number;
}

/** How Falco writes `proc.tty` of a process without terminal. */
const NO_TERMINAL = "0";

/**
 * The process that made the system call, with its user and container.
 *
 * @returns undefined when the event tells nothing about a process
 */
export function mapProcess(fields: Fields, place: ProcessPlace): Process | undefined {
  const { minor } = place;
  const process: Writable<Process> = {};
  const name = fields.take("proc.name");
  if (name !== undefined) process.name = name;
  const commandLine = fields.take("proc.cmdline");
  if (commandLine !== undefined) process.cmd_line = commandLine;
  const file = mapExecutable(fields, SELF, commandLine);
  if (file !== undefined) process.file = file;
  const pid = fields.takeId("proc.pid");
  if (pid !== undefined) process.pid = pid;
  const tid = fields.takeId("thread.tid");
  if (tid !== undefined && minor >= 6) process.ptid = tid;
  else if (tid !== undefined) process.tid = tid;
  const namespacePid = fields.takeId("proc.vpid");
  if (namespacePid !== undefined) process.namespace_pid = namespacePid;
  const created = fields.takeNanoseconds("proc.pid.ts");
  if (created !== undefined) process.created_time = created;
  const loginUid = fields.takeId("user.loginuid");
  if (loginUid !== undefined) process.auid = loginUid;
  const user = mapUser(fields);
  if (user !== undefined) process.user = user;
  if (place.container !== undefined) process.container = place.container;
  const terminal = fields.text("proc.tty");
  const session: Writable<NonNullable<Process["session"]>> = {};
  if (terminal !== undefined && terminal !== NO_TERMINAL) {
    session.terminal = terminal;
    fields.use("proc.tty");
  }
  const sessionId = fields.take("proc.sid");
  if (sessionId !== undefined) session.uid = sessionId;
  if (hasProperties(session)) process.session = session;
  if (commandLine !== undefined) useIfPart(fields, "proc.args", commandLine);
  const parent = mapParent(fields, place);
  if (parent !== undefined) process.parent_process = parent;
  if (minor >= 4) {
    const ancestry = mapAncestry(fields, parent);
    if (ancestry !== undefined) process.ancestry = ancestry;
  } else {
    const lineage = mapLineage(fields, parent, process);
    if (lineage !== undefined) process.lineage = lineage;
  }
  mapAttributes(fields, process, minor);

  // OCSF's process needs a pid or a uid, also when all we know is a user or a container.
  if (pid === undefined && hasProperties(process)) process.uid = uidOf(process, place);
  if (parent?.uid !== undefined && parent.uid === process.uid) {
    // A shell that a shell has started the same way is not its own parent.
    process.parent_process = { ...parent, uid: processUid([parent.uid, "parent"]) };
  }
  return hasProperties(process) ? process : undefined;
}

/** Where Falco tells a process's executable: its path, and how it was called (`argv[0]`). */
interface ExecutableNames {
  readonly path: string;
  readonly called: string;
  readonly modified?: string;
}

const SELF: ExecutableNames = {
  path: "proc.exepath",
  called: "proc.exe",
  modified: "proc.exe_ino.mtime",
};
const PARENT: ExecutableNames = { path: "proc.pexepath", called: "proc.pexe" };

function mapExecutable(
  fields: Fields,
  names: ExecutableNames,
  commandLine: string | undefined,
): File | undefined {
  const path = fields.take(names.path);
  // Whoever starts a program chooses what it is called: no place to look for its path. Where it says
  // more than the command line, it stays unmapped.
  const called = fields.text(names.called);
  const isKnown = called !== undefined &&
    (called === path || called === commandLine || commandLine?.startsWith(`${called} `));
  if (isKnown) fields.use(names.called);
  if (path === undefined) return undefined;
  const file = fileAt(path, REGULAR_FILE);
  if (names.modified === undefined) return file;
  const modified = fields.takeNanoseconds(names.modified);
  return modified === undefined ? file : { ...file, modified_time: modified };
}

/** The command line holds the arguments: whoever asks for them finds them there. */
function useIfPart(fields: Fields, name: string, commandLine: string): void {
  const part = fields.text(name);
  if (part !== undefined && commandLine.endsWith(part)) fields.use(name);
}

function mapParent(fields: Fields, place: ProcessPlace): Process["parent_process"] {
  const name = fields.take("proc.pname");
  const commandLine = fields.take("proc.pcmdline");
  const file = mapExecutable(fields, PARENT, commandLine);
  const pid = fields.takeId("proc.ppid");
  const parent: Writable<NonNullable<Process["parent_process"]>> = {};
  if (name !== undefined) parent.name = name;
  if (commandLine !== undefined) parent.cmd_line = commandLine;
  if (file !== undefined) parent.file = file;
  if (pid !== undefined) parent.pid = pid;
  const created = fields.takeNanoseconds("proc.ppid.ts");
  if (created !== undefined) parent.created_time = created;
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
