import assert from "node:assert/strict";
import { assertExactlyOnce } from "../support/exactly_once.ts";
import { dayOf, FaultyS3, rangeOf } from "../support/faulty_s3.ts";
import { UPLOAD_LAKES } from "../support/lakes.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, type Sandbox, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import type { TestLake } from "../support/test_lake.ts";

/** What every lake has to give, whoever keeps it. */
const PROMISES: Readonly<Record<string, (box: Sandbox, lake: TestLake) => Promise<void>>> = {
  "A batch of several days is an object per day, of one range, and SIGTERM ends with 0": async (
    box,
    lake,
  ) => {
    const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
    const times = [
      "2026-11-20T23:59:59.999999999Z",
      "2026-11-21T00:00:00Z",
      "2026-11-21T01:30:00+02:00",
      "1975-01-01T00:00:00Z",
    ];
    const events = times.map((time, id) => makeEvent(id, time));
    assert.equal(await post(agent, events.join("\n")), 200);
    assert.equal(await agent.stop(), 0, agent.log());
    const keys = [...(await lake.objects()).keys()];
    assert.deepEqual(keys.map(dayOf).sort(), ["19750101", "20261120", "20261121"]);
    assert.equal(new Set(keys.map(rangeOf)).size, 1);
    await assertExactlyOnce(lake, events);
  },

  "What was stored before a SIGKILL is shipped after it, and what was shipped is not touched":
    async (
      box,
      lake,
    ) => {
      const environment = { ...box.environment, ...lake.environment };
      const events = Array.from({ length: 9 }, (_, id) => makeEvent(id));
      const agent = await box.start({ environment });
      assert.equal(await post(agent, events.slice(0, 3).join("\n")), 200);
      await flush(agent);
      const shipped = await lake.objects();
      assert.equal(await post(agent, events.slice(3, 6).join("\n")), 200);
      await agent.kill();
      const next = await box.start({ environment });
      assert.equal(await post(next, events.slice(6).join("\n")), 200);
      await flush(next);
      await assertUntouched(lake, shipped);
      await assertExactlyOnce(lake, events);
    },

  "A backlog of many batches is shipped in one go": async (box, lake) => {
    const agent = await box.start({
      environment: { ...box.environment, ...lake.environment, AWS_SECURITYLAKE_BATCHSIZE: "10" },
    });
    const events = Array.from(
      { length: 95 },
      (_, id) => makeEvent(id, `2026-11-${20 + id % 2}T12:00:00Z`),
    );
    assert.equal(await post(agent, events.join("\n")), 200);
    await flush(agent);
    assert.equal((await lake.objects()).size, 20);
    await assertExactlyOnce(lake, events);
  },

  "Two agents that write to one place have no key in common": async (box, lake) => {
    const ids = [0, 1];
    const events: string[] = [];
    const agents = await Promise.all(ids.map((id) =>
      box.start({
        environment: {
          ...box.environment,
          ...lake.environment,
          BUFFER_DIRECTORY: `${box.directory}/buffer-${id}`,
        },
      })
    ));
    for (let round = 0; round < 3; round++) {
      await Promise.all(agents.map(async (agent, id) => {
        const event = makeEvent(10 * round + id);
        assert.equal(await post(agent, event), 200);
        events.push(event);
        await flush(agent);
      }));
    }
    const ranges = [...(await lake.objects()).keys()].map((key) => rangeOf(key)!.split("-"));
    const sequences = ranges.map(([, first]) => first).sort();
    assert.deepEqual(sequences, ["1", "1", "2", "2", "3", "3"]);
    assert.equal(new Set(ranges.map(([logId]) => logId)).size, 2);
    await assertExactlyOnce(lake, events);
  },

  "A buffer whose disk is lost begins a new log, and no old object is overwritten": async (
    box,
    lake,
  ) => {
    const environment = { ...box.environment, ...lake.environment };
    const events = [0, 1, 2, 3].map((id) => makeEvent(id));
    const agent = await box.start({ environment });
    assert.equal(await post(agent, events.slice(0, 2).join("\n")), 200);
    assert.equal(await agent.stop(), 0);
    const shipped = await lake.objects();
    Deno.removeSync(`${box.directory}/buffer`, { recursive: true });
    const next = await box.start({ environment });
    assert.equal(await post(next, events.slice(2).join("\n")), 200);
    await flush(next);
    await assertUntouched(lake, shipped);
    const keys = [...(await lake.objects()).keys()];
    const sequences = keys.map((key) => rangeOf(key)!.split("-").slice(1).join("-"));
    assert.deepEqual(sequences, ["1-2", "1-2"]);
    await assertExactlyOnce(lake, events);
  },
};

for (const { name, missing, create } of UPLOAD_LAKES) {
  for (const [promise, keep] of Object.entries(PROMISES)) {
    testUnless(missing, `${promise}: ${name}`, async () => {
      await using box = sandbox();
      await using lake = await create(box.directory);
      await keep(box, lake);
      if (lake instanceof FaultyS3) assert.deepEqual(lake.violations, []);
    });
  }
}

/** Asserts that these objects still stand there as they were. */
async function assertUntouched(
  lake: TestLake,
  before: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  assert.ok(before.size > 0);
  const now = await lake.objects();
  for (const [key, bytes] of before) assert.deepEqual(now.get(key), bytes, key);
}
