import { ROOT } from "./root.ts";

const SHARED = `${ROOT}../shared`;

/** Why tests over the shared corpus cannot run here; undefined when they can. */
export const NO_CORPUS = exists(`${SHARED}/corpus/public`)
  ? undefined
  : "../shared, with the corpus of real events, is not here";

interface Issue {
  readonly level: string;
  readonly code: string;
  readonly path: string;
  readonly msg: string;
}

/** The real events, each as the exact text of its line. */
export function corpusEvents(): string[] {
  return [...Deno.readDirSync(`${SHARED}/corpus/public`)]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".ndjson"))
    .sort()
    .flatMap((name) => Deno.readTextFileSync(`${SHARED}/corpus/public/${name}`).split("\n"))
    .filter((line) => line.trim() !== "");
}

/** The OCSF validator: a function from a finding to what is wrong with it. */
export async function loadValidator(): Promise<(finding: unknown) => Issue[]> {
  const { validateEvent } = await import(`file://${SHARED}/ocsf/validate.mjs`);
  return validateEvent;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
