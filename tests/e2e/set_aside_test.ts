import assert from "node:assert/strict";
import { duePath } from "../../src/buffer/set_aside_folder.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";
import { type FakeS3, fakeS3, fakeS3Environment, s3Error } from "../support/fake_s3.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, metric, post, sandbox, until } from "../support/sandbox.ts";

/** The raw_data of every row of every object. */
async function storedIn(s3: FakeS3): Promise<string[]> {
  const rows = await Promise.all([...s3.objects.values()].map((bytes) => readRows(bytes)));
  return rows.flat().map((row) => String(row["raw_data"])).sort();
}

Deno.test("A batch that the lake refuses for good is set aside, the others go on, and buffer retry brings it back under its key", async () => {
  await using box = sandbox();
  let refuses = true;
  await using s3 = fakeS3(({ path }) =>
    refuses && /-1-2\.parquet$/.test(path) ? s3Error(413, "EntityTooLarge", "no") : 200
  );
  const environment = {
    ...box.environment,
    ...fakeS3Environment(s3),
    AWS_CHECKIDENTITY: "false",
    AWS_SECURITYLAKE_BATCHSIZE: "2",
  };
  const agent = await box.start({ environment });
  const events = [1, 2, 3, 4, 5].map((id) => makeEvent(id));
  for (const event of events) assert.equal(await post(agent, event), 200);

  // Each flush cuts the pause before the next attempt short.
  for (let attempt = 1; attempt <= 10; attempt++) {
    agent.signal("SIGUSR2");
    await until(() => s3.puts.length >= attempt, agent.log);
  }
  await until(async () => await metric(agent, "falco_lake_buffer_events") === 0, agent.log);
  const [, path] = /events 1 to 2 are refused 10 times and now set aside as (\S+), for the/
    .exec(agent.log()) ?? [];
  assert.ok(path, agent.log());
  assert.match(agent.log(), /: EntityTooLarge 413: no; falco-lake buffer retry has them tried/);
  assert.deepEqual(await storedIn(s3), events.slice(2).sort());
  assert.equal(await metric(agent, "falco_lake_buffer_set_aside_batches"), 1);
  assert.equal(await metric(agent, "falco_lake_buffer_set_aside_events"), 2);

  const readyz = await fetch(`http://127.0.0.1:${agent.port}/readyz`);
  assert.equal(readyz.status, 200, "it takes events, and must go on getting them");
  assert.match((await readyz.json()).warnings[0], /^1 batch is set aside/);
  const listed = await box.run(["buffer", "ls", "--json"], { environment });
  const [line] = listed.stdout.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === "setaside");
  assert.deepEqual([line.state, line.first, line.last], ["kept", 1, 2]);
  assert.equal(line.reason, "EntityTooLarge 413: no");
  const printed = await box.run(["buffer", "cat", path], { environment });
  assert.deepEqual(
    printed.stdout.trim().split("\n").map((line) => JSON.stringify(JSON.parse(line).event)),
    events.slice(0, 2).map((event) => JSON.stringify(JSON.parse(event))),
  );

  // Still refused: it comes back here, at once and not after ten attempts.
  const retry = () => box.run(["buffer", "retry"], { environment });
  assert.equal((await retry()).code, 0);
  assert.ok(Deno.statSync(duePath(path)).isFile);
  agent.signal("SIGUSR2");
  await agent.logged(/events 1 to 2 are still set aside/);
  assert.ok(Deno.statSync(path).isFile);

  refuses = false;
  const asked = await retry();
  assert.match(asked.stdout, /-1-2\.seg: is tried again\nat the next interval/);
  await agent.kill(); // the next one does it as well
  const next = await box.start({ environment });
  next.signal("SIGUSR2");
  await next.logged(/-1-2\.parquet OK \(2 events\)/);
  await until(async () => await metric(next, "falco_lake_buffer_set_aside_batches") === 0);
  assert.deepEqual(await storedIn(s3), events.toSorted());
  assert.equal(s3.objects.size, 3);
  assert.match((await retry()).stdout, /^nothing is set aside\n$/);
  await flush(next);
  assert.equal(await next.stop(), 0);
});
