import assert from "node:assert/strict";
import { CONNECTIONS_MAX } from "../../src/receiver/server.ts";
import { ROOT } from "../support/root.ts";
import { testUnless } from "../support/skip.ts";

const UNIT = Deno.readTextFileSync(`${ROOT}scripts/systemd/falco-lake.service`);

const valueOf = (key: string): string | undefined =>
  new RegExp(`^${key}=(.*)$`, "m").exec(UNIT)?.[1];

/** The systemd of this machine, which in CI is Debian 12's, 252; others look at it in machines. */
async function analyze(...args: readonly string[]) {
  // Without the binary, which is not here, `verify` has one thing to say.
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/falco-lake.service`;
  try {
    Deno.writeTextFileSync(path, UNIT.replaceAll("/usr/local/bin/falco-lake", "/bin/true"));
    const output = await new Deno.Command("systemd-analyze", { args: [...args, path] }).output();
    const text = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
    return { code: output.code, text };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const noSystemd = await analyze("verify") ? undefined : "there is no systemd-analyze";

testUnless(noSystemd, "systemd-analyze has nothing to say of the unit", async () => {
  assert.deepEqual(await analyze("verify"), { code: 0, text: "" });
});

testUnless(noSystemd, "The unit's exposure is at most 1.5, by itself", async () => {
  const { code, text } = (await analyze("security", "--offline=true", "--threshold=15"))!;
  assert.equal(code, 0, text);
});

Deno.test("The unit has room for every connection that the receiver takes, and some files", () => {
  assert.ok(Number(valueOf("LimitNOFILE")) > CONNECTIONS_MAX + 1000);
});

Deno.test("The unit keeps out what falco-lake has no business with", () => {
  for (
    const [key, value] of [["CapabilityBoundingSet", ""], ["DynamicUser", "yes"], ["UMask", "0077"]]
  ) {
    assert.equal(valueOf(key!), value, key);
  }
});
