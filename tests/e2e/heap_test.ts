import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox, until } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

/*
 * V8's heap is limited (deno.json, task `run`), and a program that needs more is ended by V8. Small
 * requests must not be able to do that: 31 KB of gzip are an event of a million objects. Nor may the
 * number beside them, which is to be kept with all its digits.
 */

const EVENT = JSON.stringify({
  time: "2026-11-21T12:00:00.123456789Z",
  priority: "Notice",
  rule: "Terminal shell in container",
  source: "syscall",
  output: "x",
  output_fields: { number: 0, objects: [] },
}).replace(":0,", ":1507591916746609046,").replace("[]", `[${"{},".repeat(1_333_000)}{}]`);

const GZIP = { "content-encoding": "gzip" };
const gzipped = (text: string) => new Uint8Array(gzipSync(text));

Deno.test("Events that are huge as objects, many at once, cost nobody the agent", async () => {
  await using box = sandbox();
  await using lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  const body = gzipped(EVENT);
  const send = () => post(agent, body, GZIP);
  const answers = await Promise.all(Array.from({ length: 10 }, send));
  assert.deepEqual(new Set([...answers, 200, 503]), new Set([200, 503]));
  const stored = answers.filter((status) => status === 200).length;
  assert.ok(stored >= 2, answers.join());
  assert.equal(await post(agent, EVENT), 200);
  await flush(agent);
  assert.equal((await rowsOf(lake)).length, stored + 1);
  assert.equal(await agent.stop(), 0);
});

Deno.test("What ends the agent twice while it is encoded is shipped unread by the third", async () => {
  await using box = sandbox();
  await using lake = folderLake(`${box.directory}/lake`);
  const environment = {
    ...box.environment,
    ...lake.environment,
    // More than the heap bears.
    RECEIVER_MAXBODYSIZE: "16MiB",
    BUFFER_SEGMENTSIZE: "32MiB",
  };
  const event = EVENT.replace("{}]", `${"{},".repeat(2_000_000)}{}]`);
  const first = await box.start({ environment });
  assert.equal(await post(first, gzipped(event), GZIP), 200);
  assert.equal(await post(first, makeEvent(1)), 200);
  first.signal("SIGUSR2");
  assert.notEqual(await first.exited, 0);
  const second = await box.start({ environment });
  assert.notEqual(await second.exited, 0);
  const third = await box.start({ environment });
  await until(async () => (await rowsOf(lake)).length === 2, third.log);
  assert.match(third.log(), /has ended 2 times while the events from sequence 1 on were encoded/);
  assert.equal(await third.stop(), 0);
});
