import { readTar } from "./read_tar.ts";
import { runProgram } from "./run_program.ts";
import type { TarEntry } from "./tar_entry.ts";

/** A Debian package, unpacked in memory. */
export interface DebianPackage {
  readonly name: string;
  /** Its control file: name, version, source …, as dpkg keeps it. */
  readonly control: string;
  readonly entries: readonly TarEntry[];
}

/** @throws when the file is no package */
export async function readPackage(path: string): Promise<DebianPackage> {
  const control = new TextDecoder().decode(await runProgram("dpkg-deb", ["--field", path]));
  const name = /^Package: (\S+)$/m.exec(control)?.[1];
  if (name === undefined) throw new Error(`${path} has no name`);
  const tar = await runProgram("dpkg-deb", ["--fsys-tarfile", path]);
  return { name, control, entries: [...readTar(tar)] };
}
