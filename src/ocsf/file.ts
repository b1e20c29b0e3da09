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

/** Where the path is when `fd.name` has none, best first. */
const OTHER_PATHS = ["fs.path.name", "evt.arg.path"];

/** The file that a system call was about. */
export function mapFile(fields: Fields): File | undefined {
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
  for (const name of OTHER_PATHS) {
    const path = fields.text(name);
    if (path?.startsWith("/")) {
      fields.use(name);
      return fileAt(path, UNKNOWN);
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
