import { buildBinary, type BuiltBinary, type Processor } from "../../scripts/build/build_binary.ts";
import { BINARY } from "./sandbox.ts";

/** The compiled binary: the one under test, or one built here, where Deno's base binary can be had. */
export function builtBinary(processor: Processor = Deno.build.arch): Promise<BuiltBinary> {
  return BINARY && processor === Deno.build.arch
    ? Promise.resolve({ path: BINARY, missing: undefined })
    : buildBinary(processor);
}
