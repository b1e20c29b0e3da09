import assert from "node:assert/strict";
import { folderConfig } from "../support/aws.ts";
import { outcomesOf, runCheckOnline } from "../support/check_online.ts";
import { sandbox } from "../support/sandbox.ts";

Deno.test("A folder is written to, and nothing stays there", async () => {
  await using box = sandbox();
  const there = await runCheckOnline(folderConfig(box.directory));
  assert.deepEqual([there.good, outcomesOf(there.checks)], [true, [["folder", true]]]);
  const missing = await runCheckOnline(folderConfig(`${box.directory}/a/b`));
  assert.deepEqual([missing.good, outcomesOf(missing.checks)], [true, [["folder", true]]]);
  assert.match(missing.checks[0]!.detail, /is not there yet; .* so the agent can make it$/);
  assert.deepEqual([...Deno.readDirSync(box.directory)], []);
  Deno.writeTextFileSync(`${box.directory}/file`, "");
  const wrong = await runCheckOnline(folderConfig(`${box.directory}/file`));
  assert.deepEqual([wrong.good, outcomesOf(wrong.checks)], [false, [["folder", false]]]);
});
