import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { SpawnedAgent } from "../../scripts/spawn_agent.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, metric, post, type Sandbox, sandbox } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const folderOf = (box: Sandbox) => `${box.directory}/buffer/rejected`;

/** What is kept, oldest first. */
const kept = (box: Sandbox): string[] =>
  [...Deno.readDirSync(folderOf(box))].map(({ name }) => name).sort()
    .map((name) => Deno.readTextFileSync(`${folderOf(box)}/${name}`));

const counted = (agent: SpawnedAgent): Promise<number[]> =>
  Promise.all(
    [true, false].map((kept) =>
      metric(agent, `falco_lake_rejected_bodies_total\\{kept="${kept}"\\}`)
    ),
  );

async function send(agent: SpawnedAgent, body: BodyInit, encoding?: string): Promise<number> {
  const headers = encoding === undefined ? {} : { "content-encoding": encoding };
  const url = `http://127.0.0.1:${agent.port}/`;
  const response = await fetch(url, { method: "POST", headers, body });
  await response.body?.cancel();
  return response.status;
}

Deno.test("What is refused with 400 is kept in rejected/, for the agent's user alone, and named in the log", async () => {
  await using box = sandbox();
  const environment = {
    ...box.environment,
    LAKE_DIRECTORY: `${box.directory}/lake`,
    RECEIVER_MAXBODYSIZE: "64KiB",
  };
  const agent = await box.start({ environment });
  assert.equal(await send(agent, makeEvent(1)), 200);
  assert.throws(() => Deno.statSync(folderOf(box)), Deno.errors.NotFound, "made at first use");

  const unzipped = "x".repeat(64 * 1024);
  assert.equal(await send(agent, "{\n"), 400);
  assert.equal(await send(agent, "not gzip", "gzip"), 400);
  assert.equal(await send(agent, makeEvent(2), "lzma"), 400);
  assert.equal(await send(agent, new Uint8Array(gzipSync(unzipped)), "gzip"), 400);
  // Of these there is nothing to keep.
  assert.equal(await send(agent, ""), 400);
  assert.equal(await send(agent, "x".repeat(64 * 1024 + 1)), 413);
  assert.equal((await fetch(`http://127.0.0.1:${agent.port}/other`)).status, 400);

  assert.deepEqual(kept(box), ["{\n", "not gzip", makeEvent(2), unzipped]);
  assert.equal(Deno.statSync(folderOf(box)).mode! & 0o777, 0o700);
  for (const { name } of Deno.readDirSync(folderOf(box))) {
    assert.match(name, /^\d{8}T\d{6}\.\d{3}Z-00000[1-4]\.body$/);
    const path = `${folderOf(box)}/${name}`;
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    const ending = `; kept as ${path}\n`;
    assert.ok(agent.log().includes(ending), `${ending}\nis not in\n${agent.log()}`);
  }
  assert.deepEqual(await counted(agent), [4, 0]);
});

Deno.test("Of a mixed body the bad events are kept and the good ones reach the lake; a replay adds nothing", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  assert.equal(await post(agent, `${makeEvent(1)}\n{"rule":"x"}\n${makeEvent(2)}\n{oh`), 400);
  assert.deepEqual(kept(box), ['{"rule":"x"}\n{oh\n']);
  assert.equal(await post(agent, kept(box)[0]!), 400);
  await flush(agent);
  const stored = (await rowsOf(lake)).map((row) => row["raw_data"]).sort();
  assert.deepEqual(stored, [makeEvent(1), makeEvent(2)]);
});

Deno.test("A restart counts the bodies that are there: the oldest go for the new ones", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const first = await box.start({ environment });
  assert.equal(await post(first, "one"), 400);
  assert.equal(await first.stop(), 0);
  const [name] = [...Deno.readDirSync(folderOf(box))].map(({ name }) => name);
  const numbered = (id: number) => name!.replace("000001", String(id).padStart(6, "0"));
  for (let id = 2; id <= 1000; id++) {
    Deno.writeTextFileSync(`${folderOf(box)}/${numbered(id)}`, `${id}`);
  }
  const second = await box.start({ environment });
  assert.equal(await post(second, "1001"), 400);
  assert.equal(await post(second, "1002"), 400);
  assert.deepEqual(kept(box), Array.from({ length: 1000 }, (_, at) => `${at + 3}`));
  await second.kill();

  // As large as a crash never leaves one; with it and what is older gone, the new one fits.
  Deno.truncateSync(`${folderOf(box)}/${numbered(1000)}`, 15 << 20);
  const third = await box.start({ environment });
  assert.equal(await post(third, "x".repeat(2 << 20)), 400);
  assert.deepEqual(kept(box).map(({ length }) => length), [4, 4, 2 << 20]);
});

Deno.test("A folder that cannot be made, or is removed, changes no answer", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  assert.equal(await post(agent, "one"), 400);
  Deno.removeSync(folderOf(box), { recursive: true });
  assert.equal(await post(agent, "two"), 400);
  assert.deepEqual(kept(box), ["two"]);
  Deno.removeSync(folderOf(box), { recursive: true });
  Deno.writeTextFileSync(folderOf(box), "a file");
  for (let time = 0; time < 5; time++) assert.equal(await post(agent, "three"), 400);
  assert.equal(await post(agent, makeEvent(1)), 200);
  assert.deepEqual(await counted(agent), [2, 5]);
  assert.equal(agent.log().split("cannot keep refused requests").length, 2, "said once");
  assert.equal(await agent.stop(), 0);
  assert.doesNotMatch(agent.log(), /ERROR/);
});
