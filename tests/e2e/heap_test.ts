import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { flush, post, sandbox } from "../support/sandbox.ts";
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

Deno.test("Events that are huge as objects, many at once, cost nobody the agent", async () => {
  await using box = sandbox();
  await using lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  const body = new Uint8Array(gzipSync(EVENT));
  const send = async () => {
    const response = await fetch(`http://127.0.0.1:${agent.port}/`, {
      method: "POST",
      headers: { "content-encoding": "gzip" },
      body,
    });
    await response.body?.cancel();
    return response.status;
  };
  const answers = await Promise.all(Array.from({ length: 10 }, send));
  assert.deepEqual(new Set([...answers, 200, 503]), new Set([200, 503]));
  const stored = answers.filter((status) => status === 200).length;
  assert.ok(stored >= 2, answers.join());
  assert.equal(await post(agent, EVENT), 200);
  await flush(agent);
  assert.equal((await rowsOf(lake)).length, stored + 1);
  assert.equal(await agent.stop(), 0);
});
