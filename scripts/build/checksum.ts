import { createHash } from "node:crypto";
import { basename } from "node:path";

/** Writes `FILE.sha256` beside a file, for `sha256sum --check`. @returns its path */
export function writeChecksum(file: string): string {
  const path = `${file}.sha256`;
  Deno.writeTextFileSync(path, `${sha256Of(file)}  ${basename(file)}\n`);
  return path;
}

/** In hex. */
export const sha256Of = (file: string): string =>
  createHash("sha256").update(Deno.readFileSync(file)).digest("hex");
