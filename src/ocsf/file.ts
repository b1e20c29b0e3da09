import { parseSocketName } from "./fd_name.ts";
import type { Fields } from "./fields.ts";
import type { File, Writable } from "./finding.ts";

/** type_id of OCSF's `file`, with its caption. */
interface FileType {
  readonly id: number;
  readonly name: string;
}

const UNKNOWN: FileType = { id: 0, name: "Unknown" };
export const REGULAR_FILE: FileType = { id: 1, name: "Regular File" };

/** The values of Falco's `fd.type` that are in the file system, or as good as. */
const TYPE_OF_FD = new Map<string, FileType>([
  ["file", REGULAR_FILE],
  ["directory", { id: 2, name: "Folder" }],
  ["unix", { id: 5, name: "Local Socket" }],
  ["pipe", { id: 6, name: "Named Pipe" }],
]);

/** Where else a system call names files, best first. */
const OTHER_PATHS = [
  "fs.path.name",
  "fs.path.source",
  "fs.path.target",
  ...["path", "name", "filename", "oldpath", "target", "newpath", "linkpath"].map((argument) =>
    `evt.arg.${argument}`
  ),
];
/** An argument of another kind can have one of these names; a path of no kind begins otherwise. */
const PATH = /^\.{0,2}\//;

/** The files that a system call was about, each once; the first is the one that matters most. */
export function mapFiles(fields: Fields): File[] {
  const first = mapDescriptor(fields);
  const files = first ? [first] : [];
  for (const name of OTHER_PATHS) {
    const path = fields.text(name);
    if (path === undefined || !PATH.test(path)) continue;
    fields.use(name);
    if (!files.some((file) => file.path === path)) files.push(fileAt(path, UNKNOWN));
  }
  return files;
}

/** The file that a file descriptor stands for. */
function mapDescriptor(fields: Fields): File | undefined {
  const fdName = fields.text("fd.name");
  if (fdName !== undefined) {
    const fdType = fields.text("fd.type");
    const type = fdType === undefined ? undefined : TYPE_OF_FD.get(fdType);
    if (fdName.startsWith("/") || (type && !parseSocketName(fdName))) {
      fields.use("fd.name");
      if (type) fields.use("fd.type");
      return fileAt(fdName, type ?? UNKNOWN);
    }
  }
  return undefined;
}

/** A file by its path, which need not be absolute (`memfd:runc`). */
export function fileAt(path: string, type: FileType): File {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  const slash = path.lastIndexOf("/", end - 1);
  const file: Writable<File> = {
    name: end === 0 ? "/" : path.slice(slash + 1, end),
    path,
    type_id: type.id,
    type: type.name,
  };
  if (slash >= 0 && end > 0) file.parent_folder = slash === 0 ? "/" : path.slice(0, slash);
  return file;
}
