import { existsSync } from "node:fs";
import { ROOT } from "./root.ts";

const SHARED = `${ROOT}../shared`;

/** Why tests over the shared reference data cannot run here; undefined when they can. */
export const NO_SHARED = existsSync(SHARED)
  ? undefined
  : "../shared, with the corpus of real events and the OCSF validator, is not here";

/** What the OCSF validator has to say: errors, and warnings too. */
export interface Issue {
  readonly level: string;
  readonly code: string;
  readonly path: string;
  readonly msg: string;
}

export const sharedPath = (path: string): string => `${SHARED}/${path}`;

export const readShared = (path: string): string => Deno.readTextFileSync(sharedPath(path));

/** The real events, each as the exact text of its line. */
export function corpusEvents(): string[] {
  return [...Deno.readDirSync(`${SHARED}/corpus/public`)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".ndjson"))
    .sort()
    .flatMap((name) => readShared(`corpus/public/${name}`).split("\n"))
    .filter((line) => line.trim() !== "");
}

/** ../shared/ocsf/validate.mjs: a function from a finding to every deviation from OCSF. */
export async function loadValidator(): Promise<(finding: unknown) => Issue[]> {
  const { validateEvent } = await import(`file://${SHARED}/ocsf/validate.mjs`);
  return validateEvent;
}
