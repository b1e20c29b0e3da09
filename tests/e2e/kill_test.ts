import assert from "node:assert/strict";
import type { SpawnedAgent } from "../../scripts/spawn_agent.ts";
import { LAKES } from "../support/lakes.ts";
import { testUnless } from "../support/skip.ts";
import { rowsOf } from "../support/test_lake.ts";
import { seeded } from "../support/seeded.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

const KILLS = 25;
const CLIENTS = 8;

const event = (id: number) =>
  JSON.stringify({
    output: "Something happened",
    output_fields: { "proc.name": "sh", "proc.cmdline": `sh -c ${"x".repeat(id % 500)}` },
    priority: "Warning",
    rule: `Event ${id}`,
    source: "syscall",
    tags: ["mitre_execution"],
    // Of two days, so that every batch has two objects and a kill can come between them.
    time: `2026-11-${20 + id % 2}T12:00:00Z`,
  });

for (const { name, missing, create } of LAKES) {
  testUnless(
    missing,
    `Over ${KILLS} SIGKILLs while clients post, every event that got a 200 is in ${name} once`,
    () => killAndCompare(create),
  );
}

async function killAndCompare(createLake: typeof LAKES[number]["create"]): Promise<void> {
  const seed = Number(
    Deno.env.get("FALCO_LAKE_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0],
  );
  const random = seeded(seed);
  await using box = sandbox();
  await using lake = await createLake(box.directory);
  const environment = {
    ...box.environment,
    ...lake.environment,
    // Batches stay below batchsize, so that only the intent can make a repeat have the same range.
    BUFFER_SEGMENTSIZE: "64KiB",
    RECEIVER_MAXBODYSIZE: "16KiB",
  };
  let running: SpawnedAgent | undefined;
  let next = 0;
  let over = false;
  const answered: string[] = [];

  const client = async () => {
    while (!over) {
      const agent = running;
      if (!agent) {
        await new Promise((resolve) => setTimeout(resolve, 5)); // it is being started again
        continue;
      }
      const body = event(next++);
      try {
        if (await post(agent, body) === 200) answered.push(body);
      } catch (error) {
        // Cut off by the kill: whether this one was stored, nobody can say; it is not sent again.
        if (!(error instanceof TypeError)) throw error;
        if (running === agent) running = undefined;
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);

  for (let kill = 0; kill < KILLS; kill++) {
    const agent = running = await box.start({ environment });
    const flushing = setInterval(() => agent.signal("SIGUSR2"), 50);
    // Every other one at the first upload: between a batch's objects, or before the cursor.
    if (kill % 2 === 0) await agent.logged(/OK \(\d+ events\)\n/);
    else await new Promise((resolve) => setTimeout(resolve, random() * 250));
    clearInterval(flushing);
    running = undefined;
    await agent.kill();
  }
  over = true;
  await Promise.all(clients);

  const last = await box.start({ environment });
  await flush(last);
  assert.equal(await last.stop(), 0);
  const counts = new Map<unknown, number>();
  for (const row of await rowsOf(lake)) {
    counts.set(row["raw_data"], (counts.get(row["raw_data"]) ?? 0) + 1);
  }
  const repeat = `repeat with FALCO_LAKE_SEED=${seed}`;
  assert.ok(
    answered.length > 10 * KILLS,
    `only ${answered.length} events were answered; ${repeat}`,
  );
  assert.deepEqual(answered.filter((body) => !counts.has(body)), [], `lost; ${repeat}`);
  const doubled = [...counts].filter(([, count]) => count > 1);
  assert.deepEqual(doubled, [], `doubled; ${repeat}`);
  const sent = new Set(Array.from({ length: next }, (_, id) => event(id)));
  const invented = [...counts.keys()].filter((body) => !sent.has(body as string));
  assert.deepEqual(invented, [], `invented; ${repeat}`);
}
