import assert from "node:assert/strict";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

Deno.test("With lake.schema falcosidekick the lake has falcosidekick's columns", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const environment = { ...box.environment, ...lake.environment, LAKE_SCHEMA: "falcosidekick" };
  const agent = await box.start({ environment });
  for (const id of [1, 2]) assert.equal(await post(agent, makeEvent(id)), 200);
  await flush(agent);
  const keys = [...(await lake.objects()).keys()];
  assert.match(keys.join(), /^region=local\/accountId=external\/eventDay=20261121\/[^,]+$/);
  const rows = await rowsOf(lake);
  assert.equal(rows.length, 2);
  const seen = rows.map((row) => [row["classname"], row["status"], row["raw_data"]]);
  assert.deepEqual(
    seen.sort(),
    [1, 2].map((id) => ["Security Finding", "Warning", makeEvent(id)]),
  );
  for (const { observables, metadata, unmapped } of rows) {
    assert.deepEqual((observables as { name: string }[]).map(({ name }) => name), [
      "evt.time",
      "proc.name",
      "proc.pid",
    ]);
    assert.deepEqual((metadata as { labels: string[] }).labels, ["mitre_execution"]);
    assert.equal(unmapped, undefined);
  }
});
