import { parseAllDocuments } from "yaml";
import { isThere } from "./is_there.ts";
import type { Manifest } from "./manifest.ts";
import { ROOT } from "./root.ts";

/** kubectl, which has a kustomize built in, or where `.ci/run` installs kustomize itself. */
const COMMANDS = [["kubectl", "kustomize"], [`${ROOT}.cache/bin/kustomize`, "build"]] as const;
const command = COMMANDS.find(([program]) => canRun(program));

/** Why manifests cannot be built here; undefined when they can. */
export const NO_KUSTOMIZE = command
  ? undefined
  : `there is no kubectl, and no ${COMMANDS[1][0]}; go install sigs.k8s.io/kustomize/kustomize/v5`;

/** Where the manifests are. */
export const KUBERNETES = `${ROOT}scripts/kubernetes/`;

/** The objects that a folder stands for. @throws with what kustomize says */
export function kustomize(folder: string): Manifest[] {
  const [program, verb] = command!;
  const { success, stdout, stderr } = new Deno.Command(program, { args: [verb, folder] })
    .outputSync();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return parseAllDocuments(decoder.decode(stdout)).map((document) => document.toJS());
}

function canRun(program: string): boolean {
  if (program.startsWith("/")) return isThere(program);
  try {
    return new Deno.Command(program, { args: ["version", "--client"], stdout: "null" }).outputSync()
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
