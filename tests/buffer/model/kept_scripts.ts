import { ROOT } from "../../support/root.ts";
import type { Script } from "./steps.ts";

const FOLDER = `${ROOT}.cache/fuzz`;
const FILE = `${FOLDER}/seeds.json`;
/** The newest; an old one that matters still belongs to `regressions.ts`. */
const KEPT_MAX = 50;

/** Shrunken histories that failed on this machine. */
export function keptScripts(): readonly Script[] {
  try {
    return JSON.parse(Deno.readTextFileSync(FILE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

export function keepScript(script: Script): void {
  const others = keptScripts().filter((kept) => JSON.stringify(kept) !== JSON.stringify(script));
  Deno.mkdirSync(FOLDER, { recursive: true });
  const kept = [...others, script].slice(-KEPT_MAX);
  Deno.writeTextFileSync(FILE, JSON.stringify(kept, null, 1));
}
