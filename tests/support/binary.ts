import { buildBinary, type BuiltBinary, type Processor } from "../../scripts/build/build_binary.ts";
import { BINARY } from "./sandbox.ts";

/** The compiled binary: the one under test, or one built here, where Deno's base binary can be had. */
export async function builtBinary(processor: Processor = Deno.build.arch): Promise<BuiltBinary> {
  if (BINARY && processor === Deno.build.arch) return { path: BINARY, missing: undefined };
  // Once for all test files: each is a world of its own, and they share the process.
  const name = `FALCO_LAKE_BUILT_${processor}`;
  const built = Deno.env.get(name);
  if (built !== undefined) return { path: built, missing: undefined };
  const binary = await buildBinary(processor);
  if (binary.path !== undefined) Deno.env.set(name, binary.path);
  return binary;
}
