import { buildBinary, type BuiltBinary } from "../../scripts/torture/build_binary.ts";
import { BINARY } from "./sandbox.ts";

/** The compiled binary: the one under test, or one built here, where Deno's base binary can be had. */
export function builtBinary(): Promise<BuiltBinary> {
  return BINARY ? Promise.resolve({ path: BINARY, missing: undefined }) : buildBinary();
}
