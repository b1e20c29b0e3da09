import type { Fields } from "./fields.ts";
import type { Process, ProcessAttributes, Writable } from "./finding.ts";

/** Falco's field for each member of `xattributes`, in the order of the columns. */
const ATTRIBUTES: readonly (readonly [keyof ProcessAttributes, string])[] = [
  ["cap_effective", "thread.cap_effective"],
  ["cap_permitted", "thread.cap_permitted"],
  ["login_name", "user.loginname"],
  ["session_leader", "proc.sname"],
  ["exe_ctime", "proc.exe_ino.ctime"],
  ["exe_ctime_duration_proc_start", "proc.exe_ino.ctime_duration_proc_start"],
];

/** Adds what is told of a process beyond its name, its place and its relatives. */
export function mapAttributes(fields: Fields, process: Writable<Process>, minor: number): void {
  let attributes: Writable<ProcessAttributes> | undefined;
  for (const [member, name] of ATTRIBUTES) {
    const text = fields.take(name);
    if (text !== undefined) (attributes ??= {})[member] = text;
  }
  const directory = fields.take("proc.cwd");
  if (directory !== undefined) {
    if (minor >= 4) process.working_directory = directory;
    else (attributes ??= {}).working_directory = directory;
  }
  const environment = fields.text("proc.env");
  const variables = environment !== undefined && minor >= 4 ? variablesOf(environment) : undefined;
  if (environment !== undefined && (variables !== undefined || minor < 4)) {
    fields.use("proc.env");
    if (variables !== undefined) process.environment_variables = variables;
    else (attributes ??= {}).environment = environment;
  }
  if (attributes !== undefined) process.xattributes = attributes;
}

/** What a variable begins with (POSIX, "Environment Variable Definition", and lower case). */
const NAME = /^[A-Za-z_]\w*=/;

/**
 * Falco separates variables by spaces, which values may have as well: a word that does not begin
 * like a variable belongs to the value before it. Joined by spaces they are what Falco printed.
 */
function variablesOf(environment: string): { name: string; value: string }[] | undefined {
  const variables: { name: string; value: string }[] = [];
  for (const word of environment.split(" ")) {
    const equals = NAME.test(word) ? word.indexOf("=") : -1;
    const last = variables.at(-1);
    if (equals > 0) variables.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
    else if (last) last.value += ` ${word}`;
    else return undefined;
  }
  return variables;
}
