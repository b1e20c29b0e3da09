import assert from "node:assert/strict";
import { agentCommand, agentEnvironment } from "../../scripts/spawn_agent.ts";
import { makeEvent } from "../support/make_event.ts";
import { BINARY, metric, post, sandbox, until } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

/** A connection that a request is sent over piece by piece. */
async function connect(port: number) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 16);
  return {
    send: async (text: string) => {
      const bytes = new TextEncoder().encode(text);
      for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    },
    /** What comes next; "" when the other end has closed. */
    receive: async () => decoder.decode(buffer.subarray(0, await connection.read(buffer) ?? 0)),
    [Symbol.dispose]: () => connection.close(),
  };
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

Deno.test("A chunked body above receiver.maxbodysize gets 413 at once, and its connection is closed", async () => {
  await using box = sandbox();
  const environment = {
    ...box.environment,
    LAKE_DIRECTORY: `${box.directory}/lake`,
    RECEIVER_MAXBODYSIZE: "64KiB",
  };
  const agent = await box.start({ environment });
  using connection = await connect(agent.port);
  await connection.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  // The body has no end: the answer cannot wait for it.
  for (let sent = 0; sent < 5; sent++) await connection.send(chunk("x".repeat(16 * 1024)));
  const answer = await connection.receive();
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /\r\nconnection: close\r\n/i);
  assert.match(answer, /receiver\.maxbodysize is 65536/);
  assert.equal(await connection.receive(), "");
  assert.equal(await post(agent, makeEvent(1)), 200);
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 1);
});

Deno.test("A body that is too large by its own word is refused before it is asked for", async () => {
  await using box = sandbox();
  const agent = await box.start({
    environment: { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` },
  });
  using connection = await connect(agent.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
  );
  assert.match(await connection.receive(), /^HTTP\/1\.1 413 /);
});

Deno.test("A request under way when SIGTERM comes gets its 200, and its event reaches the lake", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  const body = makeEvent(1);
  const half = body.length >> 1;
  using connection = await connect(agent.port);
  await connection.send(
    `POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  // Says that the agent has begun with the request.
  assert.match(await connection.receive(), /^HTTP\/1\.1 100 /);
  await connection.send(body.slice(0, half));
  agent.signal("SIGTERM");
  await until(() => isRefused(agent.port), agent.log);
  await connection.send(body.slice(half));
  const answer = await connection.receive();
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer, /\r\nconnection: close\r\n/i);
  assert.equal(await agent.exited, 0);
  assert.deepEqual((await rowsOf(lake)).map((row) => row["raw_data"]), [body]);
});

Deno.test("An agent whose log nobody reads any more goes on receiving, and stops as asked", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const [program, ...args] = agentCommand(BINARY);
  const child = new Deno.Command(program, {
    args: [...args, "run"],
    cwd: box.directory,
    env: agentEnvironment(BINARY, { ...box.environment, ...lake.environment }),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let log = "";
    let port: string | undefined;
    while (!port) {
      const { value, done } = await reader.read();
      assert.ok(!done, log);
      log += value;
      port = /is up and listening on .*:(\d+)\n/.exec(log)?.[1];
    }
    await reader.cancel();
    const send = async (body: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
      await response.body?.cancel();
      return response.status;
    };
    // Each refusal is a line of the log.
    for (let count = 0; count < 3; count++) assert.equal(await send("{"), 400);
    assert.equal(await send(makeEvent(1)), 200);
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 0);
    assert.deepEqual((await rowsOf(lake)).map((row) => row["raw_data"]), [makeEvent(1)]);
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended, as it should.
    }
    await child.status;
  }
});

/** Refused; or reset, when the listener goes in the moment of the attempt. */
async function isRefused(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return false;
  } catch {
    return true;
  }
}
