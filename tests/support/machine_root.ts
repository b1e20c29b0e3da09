import { existsSync } from "node:fs";
import { ROOT } from "./root.ts";

/** A Debian with little more than systemd in it, to boot machines from; or why there is none. */
export type MachineRoot =
  | { readonly path: string; readonly missing: undefined }
  | { readonly path: undefined; readonly missing: string };

/** Another than this can be named, such as bookworm, whose systemd is 252. */
const SUITE = Deno.env.get("FALCO_LAKE_SUITE") ?? "trixie";

/** Made once (20 s), and kept in .cache; machines run on a layer above it. */
export async function machineRoot(): Promise<MachineRoot> {
  const none = (missing: string) => ({ path: undefined, missing });
  if (Deno.uid() !== 0) return none("booting a systemd needs root");
  for (const program of ["systemd-nspawn", "mmdebstrap", "nsenter"]) {
    if (!await isProgram(program)) return none(`${program} is not to be had here`);
  }
  const path = `${ROOT}.cache/machines/${SUITE}`;
  if (existsSync(path)) return { path, missing: undefined };
  Deno.mkdirSync(`${ROOT}.cache/machines`, { recursive: true });
  const unfinished = Deno.makeTempDirSync({ dir: `${ROOT}.cache/machines` });
  const { success, stderr } = await new Deno.Command("timeout", {
    args: [
      "300",
      "mmdebstrap",
      "--variant=essential",
      "--include=systemd-sysv",
      "--dpkgopt=force-unsafe-io",
      ...["doc", "man", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=APT::Install-Recommends "false"',
      SUITE,
      unfinished,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    Deno.removeSync(unfinished, { recursive: true });
    const reason = new TextDecoder().decode(stderr).trim().split("\n").slice(-3).join("; ");
    return none(`mmdebstrap makes no ${SUITE}: ${reason}`);
  }
  Deno.renameSync(unfinished, path);
  return { path, missing: undefined };
}

async function isProgram(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args: ["--version"], stdin: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
