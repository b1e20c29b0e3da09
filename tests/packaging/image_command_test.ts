import assert from "node:assert/strict";
import { originOf } from "../../scripts/container/origin.ts";
import { VERSION } from "../../src/version.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";

const env = (values: Readonly<Record<string, string>>) => (name: string) => values[name];

async function image(...args: readonly string[]): Promise<readonly [number, string]> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", `${ROOT}scripts/container/build_image.ts`, ...args],
  }).output();
  return [code, new TextDecoder().decode(stderr)];
}

Deno.test("task image says what it cannot use, and makes nothing", async () => {
  await using box = sandbox();
  assert.deepEqual(await image("--target", "riscv64"), [
    2,
    "Unknown target riscv64; allowed: x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu\n",
  ]);
  const packages = ["--packages", box.directory];
  const [code, text] = await image(...packages, "--binary", `${box.directory}/none`);
  assert.equal(code, 1);
  assert.match(text, /^There is no \S+\/none; build it first: deno task build --target …\n$/);
  const [noPackages, why] = await image(...packages, "--binary", "/proc/self/exe");
  assert.equal(noPackages, 1);
  assert.match(why, /^\S+ has no Debian packages\n$/);
});

Deno.test("An image is of SOURCE_DATE_EPOCH, or else of the commit's date; of neither there is none", async () => {
  await using box = sandbox();
  const at = { SOURCE_DATE_EPOCH: "1700000000" };
  const { revision, ...given } = await originOf("https://example.com/", ROOT, env(at));
  assert.deepEqual(given, {
    version: VERSION,
    source: "https://example.com/",
    created: 1_700_000_000,
  });
  assert.match(revision!, /^[0-9a-f]{40}(-dirty)?$/);
  const { created } = await originOf(undefined, ROOT, env({}));
  assert.ok(created > Date.UTC(2026, 0) / 1000 && Number.isInteger(created));

  const copy = `${box.directory}/.git`; // is none: git looks no further up
  Deno.writeTextFileSync(copy, "");
  assert.equal((await originOf(undefined, box.directory, env(at))).revision, undefined);
  await assert.rejects(originOf(undefined, box.directory, env({})), /set SOURCE_DATE_EPOCH/);
  const wrong = env({ SOURCE_DATE_EPOCH: "yesterday" });
  await assert.rejects(originOf(undefined, ROOT, wrong), /"yesterday"; expected seconds/);
});
