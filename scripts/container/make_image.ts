import { agentFiles } from "./agent_files.ts";
import { baseFiles } from "./base_files.ts";
import { debFiles } from "./debian_packages.ts";
import type { Origin } from "./image_config.ts";
import { makeLayer } from "./layer.ts";
import { ociArchive } from "./oci_archive.ts";
import { checkProgram, type Platform } from "./platforms.ts";
import { readPackage } from "./read_package.ts";

export interface ImageParts {
  readonly platform: Platform;
  readonly origin: Origin;
  /** Path of the compiled binary. */
  readonly binary: string;
  /** Path of a folder of Debian packages. */
  readonly packages: string;
  /** Path of the repository, with a slash at its end. */
  readonly root: string;
}

/** Of all that Debian made: so the layer below the agent is the same one from version to version. */
const BASE_TIME = 0;

/**
 * The image of one machine as an OCI archive. The same parts give the same bytes.
 *
 * @throws when a part is missing, or is not what it should be
 */
export async function makeImage(parts: ImageParts): Promise<Uint8Array<ArrayBuffer>> {
  const { platform, origin, binary, packages: folder, root } = parts;
  const program = readBinary(binary);
  try {
    checkProgram(program, platform);
  } catch (error) {
    throw new Error(`Cannot use ${binary}: ${(error as Error).message}`, { cause: error });
  }
  const names = debFiles(folder);
  if (names.length === 0) throw new Error(`${folder} has no Debian packages`);
  const packages = await Promise.all(names.map((name) => readPackage(`${folder}/${name}`)));
  const agent = agentFiles({
    program,
    config: Deno.readFileSync(`${root}falco-lake.yaml`),
    licence: Deno.readFileSync(`${root}LICENSE`),
  });
  return ociArchive(platform, origin, [
    makeLayer(baseFiles(packages, platform), BASE_TIME),
    makeLayer(agent, origin.created),
  ]);
}

function readBinary(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`There is no ${path}; build it first: deno task build --target …`, {
      cause: error,
    });
  }
}
