/**
 * `task image [--target x86_64-unknown-linux-gnu|aarch64-unknown-linux-gnu] [--source URL]
 * [--binary FILE] [--packages DIR | [--suite NAME] [--mirror URL] [--refresh]]`: a container image
 * of the compiled binary on a few Debian packages, without Docker, a registry or root, in `dist/`
 * as an OCI archive. Prints its path. The packages are kept in `.cache/debian`; --packages takes
 * them from elsewhere.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemDisk } from "../../src/platform/disk.ts";
import { systemProcess } from "../../src/platform/process.ts";
import { fetchPackages, SUITE } from "./debian_packages.ts";
import { makeImage } from "./make_image.ts";
import { originOf } from "./origin.ts";
import { PLATFORMS } from "./platforms.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    target: { type: "string", default: Deno.build.target },
    source: { type: "string" },
    binary: { type: "string" },
    packages: { type: "string" },
    suite: { type: "string", default: SUITE },
    mirror: { type: "string" },
    refresh: { type: "boolean", default: false },
  },
});
const platform = PLATFORMS.find(({ target }) => target === values.target);
if (platform === undefined) {
  const allowed = PLATFORMS.map(({ target }) => target).join(", ");
  systemProcess.err(`Unknown target ${values.target}; allowed: ${allowed}\n`);
  Deno.exit(2);
}

try {
  const root = fileURLToPath(import.meta.resolve("../../"));
  const origin = await originOf(values.source, root, (name) => Deno.env.get(name));
  const { suite, mirror, refresh } = values;
  const image = await makeImage({
    platform,
    origin,
    binary: values.binary ?? `${root}dist/falco-lake-${origin.version}-${platform.target}`,
    packages: values.packages ??
      await fetchPackages({ platform, suite, mirror, refresh }, `${root}.cache/debian`),
    root,
  });
  const output = `${root}dist/falco-lake-${origin.version}-${platform.architecture}.oci.tar`;
  await systemDisk.makeDirectory(`${root}dist`);
  Deno.writeFileSync(output, image);
  systemProcess.out(`${output}\n`);
} catch (error) {
  systemProcess.err(`${(error as Error).message}\n`);
  Deno.exit(1);
}
