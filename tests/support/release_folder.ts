import { RELEASE_FILES } from "../../scripts/release/release_files.ts";
import { ROOT } from "./root.ts";

/** Makes what a release archive is unpacked to. @returns the binary's name in there */
export async function makeReleaseFolder(folder: string, binary: string): Promise<string> {
  Deno.mkdirSync(folder, { recursive: true });
  for (const path of RELEASE_FILES) {
    Deno.copyFileSync(ROOT + path, `${folder}/${path.split("/").at(-1)}`);
  }
  const name = `falco-lake-0.0.0-${Deno.build.target}`;
  Deno.copyFileSync(binary, `${folder}/${name}`);
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(binary));
  const hex = new Uint8Array(digest).toHex();
  Deno.writeTextFileSync(`${folder}/${name}.sha256`, `${hex}  ${name}\n`);
  return name;
}
