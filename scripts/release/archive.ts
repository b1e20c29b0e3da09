import { gzipSync } from "node:zlib";
import { writeTar } from "../container/write_tar.ts";

export interface ArchivedFile {
  /** In the archive's one folder. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly isProgram?: boolean;
}

/**
 * A `.tar.gz` with one folder: the same files give the same bytes.
 *
 * @param folder its name
 * @param date of all that is in it
 */
export function archiveOf(
  folder: string,
  files: readonly ArchivedFile[],
  date: Date,
): Uint8Array<ArrayBuffer> {
  const owner = { uid: 0, gid: 0 };
  const tar = writeTar([
    { kind: "directory", path: folder, mode: 0o755, ...owner },
    ...files.map(({ name, content, isProgram = false }) => ({
      kind: "file" as const,
      path: `${folder}/${name}`,
      mode: isProgram ? 0o755 : 0o644,
      ...owner,
      content,
    })),
  ], date.getTime() / 1000);
  return new Uint8Array(gzipSync(tar));
}
