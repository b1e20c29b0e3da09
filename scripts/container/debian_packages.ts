import { systemDisk } from "../../src/platform/disk.ts";
import { runProgram } from "./run_program.ts";
import type { Platform } from "./platforms.ts";

/** Debian 13, the one below distroless's cc-debian13. */
export const SUITE = "trixie";

/** Fetched with all that they depend on: the C library, and with it libgcc. */
const LIBRARIES = ["libc6"];
/** Fetched alone: nothing of them is run, so what their scripts would need is not. */
const DATA = ["base-files", "ca-certificates"];

export interface PackageSource {
  readonly platform: Platform;
  /** Of Debian; its mirror is mmdebstrap's own unless one is named. */
  readonly suite: string;
  readonly mirror: string | undefined;
  /** Whether newer packages are looked for although there are some. */
  readonly refresh: boolean;
}

/**
 * Has the packages (`*.deb`) of an image's base in a folder, fetched if they are not there yet.
 * apt checks their signatures. Nothing of them is run, so any machine does for any other.
 *
 * @param directory gets a folder of its own for each suite and machine
 * @returns the folder
 * @throws when they cannot be had
 */
export async function fetchPackages(source: PackageSource, directory: string): Promise<string> {
  const { platform, suite, mirror, refresh } = source;
  const folder = `${directory}/${suite}-${platform.architecture}`;
  if (refresh) systemDisk.removeDirectory(folder);
  if (debFiles(folder).length > 0) return folder;
  // Complete or not there at all.
  const unfinished = `${folder}.unfinished`;
  systemDisk.removeDirectory(unfinished);
  await systemDisk.makeDirectory(unfinished);
  await runProgram("mmdebstrap", [
    "--quiet",
    "--variant=extract",
    "--format=null",
    `--architectures=${platform.architecture}`,
    `--include=${LIBRARIES.join(",")}`,
    `--extract-hook=cp "$1"/var/cache/apt/archives/*.deb '${unfinished}'`,
    `--extract-hook=cd '${unfinished}' && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" ` +
    `apt-get -qq -o APT::Sandbox::User=root download ${DATA.join(" ")}`,
    suite,
    "/dev/null",
    ...(mirror === undefined ? [] : [mirror]),
  ]);
  Deno.renameSync(unfinished, folder);
  return folder;
}

/** Names of the packages in a folder, sorted; none when there is no such folder. */
export function debFiles(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".deb")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
