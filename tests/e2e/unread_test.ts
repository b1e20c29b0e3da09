import assert from "node:assert/strict";
import { makeEvent } from "../support/make_event.ts";
import { metric, post, sandbox } from "../support/sandbox.ts";

Deno.test("Who asks for metrics again and again and reads nothing costs bounded memory", async () => {
  await using box = sandbox();
  const agent = await box.start({
    environment: { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` },
  });
  // Two thousand series with long labels: some megabytes of metrics.
  const events = Array.from({ length: 2000 }, (_, id) => {
    const event = JSON.parse(makeEvent(id));
    return JSON.stringify({
      ...event,
      rule: `${id} ${"r".repeat(250)}`,
      hostname: "h".repeat(256),
    });
  });
  assert.equal(await post(agent, events.join("\n")), 200);
  const before = await metric(agent, "process_resident_memory_bytes");
  const connections: Deno.TcpConn[] = [];
  const request = new TextEncoder().encode("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20));
  try {
    for (let at = 0; at < 50; at++) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
      connections.push(connection);
      await connection.write(request);
    }
    assert.equal(await post(agent, makeEvent(5000)), 200);
    const grown = await metric(agent, "process_resident_memory_bytes") - before;
    assert.ok(grown < 400 * 2 ** 20, `grown by ${grown / 2 ** 20} MiB`);
  } finally {
    for (const connection of connections) connection.close();
  }
});
