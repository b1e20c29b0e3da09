import { isThere } from "./is_there.ts";
import type { Manifest } from "./manifest.ts";
import { ROOT } from "./root.ts";

/** A Python with Kubernetes' own schemas: `FALCO_LAKE_PYTHON`, or where `.ci/run` installs it. */
const PYTHON = Deno.env.get("FALCO_LAKE_PYTHON") ?? `${ROOT}.cache/python/bin/python`;

/** Why Kubernetes' schemas cannot be asked here; undefined when they can. */
export const NO_SCHEMAS = hasPackage()
  ? undefined
  : `${PYTHON} has no schemas; .cache/python/bin/pip install kubernetes-validate==1.37.0`;

const SCRIPT = `
import json, sys, kubernetes_validate as kubernetes
for version, manifest in json.load(sys.stdin):
    name = manifest["kind"] + " " + manifest["metadata"]["name"] + ", " + version
    try:
        used = kubernetes.validate(manifest, version, strict=True)
        assert used == version, used
    except kubernetes.ValidationError as error:
        print(name, ".".join(str(part) for part in error.path), error.message)
`;

/**
 * Validates objects against the API of several versions, strictly: a member that it does not have is
 * a fault.
 *
 * @returns the faults
 * @throws when a kind is none of Kubernetes' own, or a version is not known
 */
export async function validateManifests(
  manifests: readonly Manifest[],
  versions: readonly string[],
): Promise<string[]> {
  const child = new Deno.Command(PYTHON, {
    args: ["-c", SCRIPT],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const pairs = versions.flatMap((version) => manifests.map((manifest) => [version, manifest]));
  await writer.write(new TextEncoder().encode(JSON.stringify(pairs)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout).split("\n").filter((line) => line !== "");
}

function hasPackage(): boolean {
  if (!isThere(PYTHON)) return false;
  const args = ["-c", "import kubernetes_validate"];
  return new Deno.Command(PYTHON, { args, stderr: "null" }).outputSync().success;
}
