import assert from "node:assert/strict";
import { FalcoClient } from "../support/falco_client.ts";
import { generateEvents, NO_GENERATOR } from "../support/generator.ts";
import { flush, metric, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const EVENTS = 3000;

for (const compressUploads of [false, true]) {
  testUnless(
    NO_GENERATOR,
    `Falco's own way to send, ${
      compressUploads ? "with" : "without"
    } compress_uploads: thousands ` +
      "of events over one connection, each in the lake as it was sent",
    async () => {
      const events = generateEvents(EVENTS);
      assert.equal(events.length, EVENTS);
      await assertDelivered(events, compressUploads);
    },
  );
}

Deno.test("Falco's own way to send large events, which asks for the body's leave first", async () => {
  const events = [1.5, 3].map((mebibytes) => largeEvent(mebibytes * 1024 * 1024));
  // A small one behind each: the connection goes on as before.
  const client = await assertDelivered(events.flatMap((event) => [event, largeEvent(100)]), false);
  assert.equal(client.continued, 2);
});

/** Posts events one after the other and compares what reaches the lake. */
async function assertDelivered(
  events: readonly string[],
  compressUploads: boolean,
): Promise<FalcoClient> {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  // Before OCSF 1.4.0 a raw_data of such a length has no place.
  const agent = await box.start({
    environment: { ...box.environment, ...lake.environment, LAKE_OCSFVERSION: "1.4.0" },
  });
  using client = new FalcoClient(agent.port, compressUploads);
  for (const event of events) assert.equal(await client.post(event), 200);
  assert.equal(client.connections, 1);
  await flush(agent);
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 0);
  const rows = (await rowsOf(lake)).map((row) => row["raw_data"]);
  assert.deepEqual(rows.sort(), [...events].sort());
  return client;
}

/** As Falco writes it, with a long command line. */
const largeEvent = (bytes: number): string =>
  JSON.stringify({
    hostname: "ip-10-0-0-1",
    output: "12:00:00.000000001: Warning A long command line was run",
    output_fields: {
      "evt.time": 1795262400000000001n.toString(),
      "proc.cmdline": "é".repeat(bytes / 2),
    },
    priority: "Warning",
    rule: "A rule",
    source: "syscall",
    tags: ["maturity_stable"],
    time: "2026-11-21T12:00:00.000000001Z",
  });
