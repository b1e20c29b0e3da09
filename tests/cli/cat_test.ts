import assert from "node:assert/strict";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

Deno.test("cat prints files and folders, names what it cannot read, and prints the rest", async () => {
  await using box = sandbox();
  const lake = `${box.directory}/lake`;
  const agent = await box.start({ environment: { ...box.environment, LAKE_DIRECTORY: lake } });
  for (const id of [1, 2]) {
    assert.equal(await post(agent, makeEvent(id)), 200);
    await flush(agent);
  }
  assert.equal(await agent.stop(), 0);
  const all = await box.run(["cat", lake]);
  assert.deepEqual([all.code, all.stderr], [0, ""]);
  assert.equal(all.stdout.trimEnd().split("\n").length, 2);
  assert.equal((await box.run(["cat", `${lake}/`])).stdout, all.stdout);

  const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const account = `${lake}/region=local/accountId=external`;
  const day = `${account}/${namesIn(account)[0]}`;
  const one = `${day}/${namesIn(day)[0]}`;
  const single = await box.run(["cat", one]);
  assert.equal(single.stdout.trimEnd().split("\n").length, 1);

  Deno.writeTextFileSync(`${day}/0.parquet`, "no Parquet");
  const { code, stdout, stderr } = await box.run(["cat", `${box.directory}/none`, lake]);
  assert.deepEqual([code, stdout], [1, all.stdout]);
  const [none, bad] = stderr.trimEnd().split("\n");
  assert.match(none!, /none: .*No such file/);
  assert.match(bad!, /0\.parquet: /);
});
