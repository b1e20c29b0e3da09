import { NO_SHARED, sharedPath } from "./shared.ts";

/** Why events cannot be generated here; undefined when they can. */
export const NO_GENERATOR = NO_SHARED ?? (hasPython() ? undefined : "there is no python3");

function hasPython(): boolean {
  try {
    return new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Events over all rules of Falco and its plugins, odd ones among them, as lines of JSON: the same
 * ones each time.
 */
export function generateEvents(count: number): string[] {
  const mix = ["--plugins", "0.4", "--odd", "0.1", "--disabled", "--seed", "7"];
  const { success, stdout, stderr } = new Deno.Command("python3", {
    args: [sharedPath("corpus/gen.py"), String(count), ...mix],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}
