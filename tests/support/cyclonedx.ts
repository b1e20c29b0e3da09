import { isThere } from "./is_there.ts";
import { ROOT } from "./root.ts";

const PYTHON = `${ROOT}.cache/python/bin/python`;

const SCRIPT = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
with open(sys.argv[1]) as file:
    print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read()) or '', end='')
`;

/** Why CycloneDX cannot be validated here; undefined when it can. */
export const NO_VALIDATOR = await missing();

/** Validates against CycloneDX's own schema. @returns what is wrong; empty when nothing is */
export async function validateCycloneDx(path: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, {
    args: ["-c", SCRIPT, path],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function missing(): Promise<string | undefined> {
  if (isThere(PYTHON)) {
    const args = ["-c", "import cyclonedx.validation.json"];
    if ((await new Deno.Command(PYTHON, { args, stderr: "null" }).output()).success) {
      return undefined;
    }
  }
  return "cyclonedx-python-lib is not in .cache/python; .ci/run installs it";
}
