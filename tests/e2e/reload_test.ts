import assert from "node:assert/strict";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox, until } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

/** A sandbox with a configuration file, and an agent that runs with it. */
async function setup(yaml: (directory: string) => string) {
  const box = sandbox();
  const file = `${box.directory}/config.yaml`;
  const write = (text: string) => Deno.writeTextFileSync(file, text);
  write(yaml(box.directory));
  const agent = await box.start({
    environment: { LISTENADDRESS: "127.0.0.1", LISTENPORT: "0" },
    args: ["run", "-c", file],
  });
  let reloads = 0;
  return {
    box,
    agent,
    write,
    file,
    /** SIGHUP; resolves when the configuration is in force, or was refused. */
    reload: async () => {
      reloads++;
      agent.signal("SIGHUP");
      const done = /the configuration (?:is in force|before stays)/g;
      await until(() => (agent.log().match(done) ?? []).length === reloads, agent.log);
    },
  };
}

const base = (directory: string) =>
  `buffer: {directory: ${directory}/buffer}\nlake: {directory: ${directory}/lake}\n`;

Deno.test("SIGHUP brings new settings into force without closing a connection or losing an event", async () => {
  const { box, agent, write, reload, file } = await setup(base);
  await using _ = box;
  const lake = folderLake(`${box.directory}/lake`);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
  const posted: string[] = [];
  /** Over one connection, one after the other, as Falco does. */
  const send = async (id: number) => {
    const body = makeEvent(id);
    const request = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await connection.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(1000);
    const count = await connection.read(buffer);
    assert.match(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), /^HTTP\/1\.1 200 /);
    posted.push(body);
  };
  let sending = true;
  const stream = (async () => {
    for (let id = 1; sending; id++) await send(id);
  })();
  for (let round = 0; round < 5; round++) {
    write(
      `${base(box.directory)}customtags: [round_${round}]\n` +
        `templatedfields: {t: '{{ index . "proc.name" }}-${round}'}\n` +
        `receiver: {maxbodysize: ${1000 + round}}\nlog: {format: ${round % 2 ? "json" : "text"}}\n`,
    );
    await reload();
  }
  sending = false;
  await stream;
  assert.equal(await post(agent, "x".repeat(1005)), 413, "receiver.maxbodysize is 1004 now");
  const last = makeEvent(1_000_000);
  assert.equal(await post(agent, last), 200);
  await flush(agent);

  // What cannot change is named, and a bad file changes nothing.
  write(`${base(`${box.directory}/elsewhere`)}customtags: [other]\n`);
  await reload();
  assert.match(
    agent.log(),
    /config\.yaml:1:\d+: buffer\.directory: Cannot change while the agent runs, stays/,
  );
  write("customtags: {a: b}\ndebug: x\n");
  await reload();
  assert.match(
    agent.log(),
    /ERROR\] : SIGHUP - \S+config\.yaml:1:13: customtags: Cannot accept a map/,
  );
  assert.match(
    agent.log(),
    /ERROR\] : SIGHUP - \S+config\.yaml:2:8: debug: Cannot accept "x"/,
  );
  const metrics = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  assert.match(metrics, /^falco_lake_config_last_reload_successful 0$/m);
  Deno.removeSync(file);
  await reload();
  assert.match(agent.log(), /SIGHUP - Cannot read the configuration \S+config\.yaml: No such file/);
  assert.equal(await post(agent, makeEvent(1_000_001)), 200);
  assert.equal(await agent.stop(), 0, agent.log());

  const rows = await rowsOf(lake);
  assert.deepEqual(rows.map((row) => row["raw_data"]).sort(), [...posted, last].sort());
  const row = rows.find((row) => row["raw_data"] === last)!;
  const { labels } = row["metadata"] as unknown as { readonly labels: readonly string[] };
  assert.deepEqual([...labels], ["mitre_execution", "round_4"]);
  const elsewhere = await rowsOf(folderLake(`${box.directory}/elsewhere/lake`));
  assert.equal(elsewhere.length, 1, "the event after lake.directory had changed");
});

Deno.test("SIGHUP mends a lake that cannot be written to: what waited goes to the new one, once", async () => {
  const { box, agent, write, reload } = await setup((directory) => {
    Deno.writeTextFileSync(`${directory}/lake`, "a file, not a folder");
    return base(directory);
  });
  await using _ = box;
  const events = [1, 2, 3].map((id) => makeEvent(id));
  for (const event of events) assert.equal(await post(agent, event), 200);
  agent.signal("SIGUSR2");
  await agent.logged(/attempt 1\)/);
  const status = await (await fetch(`http://127.0.0.1:${agent.port}/status`)).json();
  assert.equal(status.uploads.failures.attempts >= 1, true);
  assert.match(status.uploads.failures.lastError, /lake/);
  assert.equal(status.buffer.events, 3);
  write(base(box.directory).replace("/lake}", "/other}"));
  await reload();
  await agent.logged(/Upload parquet file .* OK \(3 events\)/);
  assert.equal(await agent.stop(), 0);
  const rows = await rowsOf(folderLake(`${box.directory}/other`));
  assert.deepEqual(rows.map((row) => row["raw_data"]).sort(), events);
});
