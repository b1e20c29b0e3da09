import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { fakeS3, fakeS3Environment } from "../support/fake_s3.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, metric, post, sandbox, until } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";

const LINE = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(DEBUG|INFO|WARN|ERROR)\] {0,2}: .+$/;

Deno.test("SIGTERM ships what is stored and ends with 0; every log line has falcosidekick's form", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  for (let id = 0; id < 5; id++) assert.equal(await post(agent, makeEvent(id)), 200);
  assert.equal(await agent.stop(), 0);
  assert.equal((await rowsOf(lake)).length, 5);
  const lines = agent.log().trimEnd().split("\n");
  for (const line of lines) assert.match(line, LINE);
  assert.match(lines.at(-2)!, /Upload parquet file region=local\/.*\.parquet OK \(5 events\)$/);
});

Deno.test("SIGUSR2 ships now, and an event of the past goes to the day it happened", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  await post(agent, makeEvent(1, "2026-11-20T23:59:59.999999999Z"));
  await post(agent, makeEvent(2, "2026-11-21T00:00:00Z"));
  await post(agent, makeEvent(3, "2026-11-21T01:30:00+02:00"));
  await flush(agent);
  const days = [...(await lake.objects())].map(([key]) => /eventDay=(\d+)/.exec(key)?.[1]);
  assert.deepEqual(days.sort(), ["20261120", "20261121"]);
  assert.equal((await rowsOf(lake)).length, 3);
});

Deno.test("Buffer, lake and their files are readable by their owner alone", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  await post(agent, makeEvent(1));
  await flush(agent);
  const walk = (path: string): [string, number][] => {
    const { mode, isDirectory } = Deno.statSync(path);
    const below = isDirectory ? [...Deno.readDirSync(path)] : [];
    return [
      [path, mode! & 0o777],
      ...below.flatMap(({ name }) => walk(`${path}/${name}`)),
    ];
  };
  for (
    const [path, mode] of [...walk(`${box.directory}/buffer`), ...walk(`${box.directory}/lake`)]
  ) {
    assert.equal(mode, Deno.statSync(path).isDirectory ? 0o700 : 0o600, path);
  }
});

Deno.test("A second agent on the same buffer refuses to start and names the first", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  const { code, stderr } = await box.run(["run"], { environment });
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(
      `Cannot use buffer.directory .*/buffer: another falco-lake \\(pid ${agent.pid}\\) uses it`,
    ),
  );
});

Deno.test("A port that is taken, or an address that is not ours, is named with its keys", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const { port } = await box.start({ environment });
  const other = { ...environment, BUFFER_DIRECTORY: `${box.directory}/other` };
  const taken = await box.run(["run"], { environment: { ...other, LISTENPORT: String(port) } });
  assert.equal(taken.code, 1);
  assert.match(
    taken.stderr,
    new RegExp(`Cannot listen, as listenaddress "127.0.0.1" and listenport ${port} say: .*in use`),
  );
  const foreign = await box.run(["run"], { environment: { ...other, LISTENADDRESS: "192.0.2.1" } });
  assert.equal(foreign.code, 1);
  assert.match(foreign.stderr, /Cannot listen, as listenaddress "192\.0\.2\.1"/);
});

Deno.test("A client that never finishes does not keep the others' events from the last flush", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({
    environment: { ...box.environment, ...lake.environment, LAKE_SHUTDOWNTIMEOUT: "4s" },
  });
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
  await writeAll(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
  assert.equal(await post(agent, makeEvent(1)), 200);
  assert.equal(await agent.stop(), 0);
  assert.equal((await rowsOf(lake)).length, 1);
});

Deno.test("Over real HTTP: empty 200s, gzip, chunks, Expect, many events in a body, and refusals", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  const url = `http://127.0.0.1:${agent.port}/`;

  const plain = await fetch(url, { method: "POST", body: makeEvent(1) });
  assert.deepEqual([plain.status, plain.headers.get("content-length"), await plain.text()], [
    200,
    "0",
    "",
  ]);
  const zipped = await fetch(url, {
    method: "POST",
    headers: { "content-encoding": "gzip" },
    body: new Uint8Array(gzipSync(`${makeEvent(2)}\n${makeEvent(3)}\n`)),
  });
  assert.deepEqual([zipped.status, await zipped.text()], [200, ""]);

  const half = makeEvent(4).length >> 1;
  const chunked =
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
    [makeEvent(4).slice(0, half), makeEvent(4).slice(half), ""]
      .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  assert.match(await talk(agent.port, [chunked]), /^HTTP\/1\.1 200 OK\r\n/);

  // What Falco's libcurl sends above 1 MiB: it waits for the 100 before it sends the body.
  const large = JSON.stringify({ ...JSON.parse(makeEvent(5)), output: "x".repeat(1 << 20) });
  const head = `POST / HTTP/1.1\r\nHost: x\r\nUser-Agent: falcosecurity/falco\r\nAccept: */*\r\n` +
    `Connection: close, TE\r\nTE: gzip\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${large.length}\r\nExpect: 100-continue\r\n\r\n`;
  assert.match(
    await talk(agent.port, [head, large]),
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/,
  );

  const refused = await fetch(url, { method: "POST", body: "{" });
  assert.deepEqual([refused.status, await refused.text()], [
    400,
    "Please send a valid request body\n",
  ]);
  const test = await fetch(`${url}test`, { method: "POST" });
  assert.deepEqual([test.status, await test.text()], [200, ""]);
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 6);
  await flush(agent);
  const rows = await rowsOf(lake);
  const expected = [1, 2, 3, 4].map((id) => makeEvent(id));
  assert.deepEqual(
    rows.map((row) => row["raw_data"]).filter((raw) => expected.includes(raw as string)).sort(),
    expected,
  );
  assert.equal(rows.filter((row) => row["message"] === "This is a test from falco-lake").length, 1);
  assert.equal(rows.filter((row) => String(row["message"]).startsWith("xxx")).length, 1);
});

Deno.test("While S3 refuses, events wait on disk; an unknown outcome is repeated under the same key", async () => {
  await using box = sandbox();
  await using s3 = fakeS3((_put, count) => count <= 2 ? 503 : count === 3 ? "cut" : 200);
  const environment = { ...box.environment, ...fakeS3Environment(s3) };
  const agent = await box.start({ environment });
  for (let id = 0; id < 3; id++) assert.equal(await post(agent, makeEvent(id)), 200);
  agent.signal("SIGUSR2");
  await until(() => / attempt 1\)/.test(agent.log()), agent.log);
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 3);
  // Arrives while the first batch is under way; must not change that batch.
  assert.equal(await post(agent, makeEvent(3)), 200);
  await until(async () => {
    agent.signal("SIGUSR2"); // cuts the pause between the attempts short
    return await metric(agent, "falco_lake_buffer_events") === 0;
  }, agent.log);
  assert.equal(await agent.stop(), 0);

  const keys = s3.puts.map(({ path }) => path);
  assert.match(
    keys[0]!,
    /^\/bucket\/ext\/falco\/region=eu-west-1\/accountId=123456789012\/eventDay=20261121\/[0-9a-f]{32}-1-3\.parquet$/,
  );
  assert.deepEqual(new Set(keys.slice(0, 4)), new Set([keys[0]]));
  for (const put of s3.puts.slice(1, 4)) assert.deepEqual(put.body, s3.puts[0]!.body);
  const rows = (await Promise.all([...s3.objects.values()].map(readRows))).flat();
  assert.deepEqual(
    rows.map((row) => row["raw_data"]).sort(),
    [0, 1, 2, 3].map((id) => makeEvent(id)),
  );
  assert.match(agent.log(), /\[ERROR\] : AWS SecurityLake - .*503.*3 events wait on disk/);
  assert.doesNotMatch(agent.log(), /very-secret/);
});

Deno.test("An upload is one PutObject with a checksum, and nothing that Security Lake's role forbids", async () => {
  await using box = sandbox();
  await using s3 = fakeS3(() => 200);
  const agent = await box.start({ environment: { ...box.environment, ...fakeS3Environment(s3) } });
  await post(agent, makeEvent(1));
  await flush(agent);
  assert.equal(s3.puts.length, 1);
  const { headers, body } = s3.puts[0]!;
  assert.equal(headers.get("content-length"), String(body.length));
  assert.ok(headers.has("x-amz-checksum-crc32"));
  assert.equal(headers.get("content-encoding"), null);
  const forbidden = [...headers.keys()].filter((name) =>
    /acl|grant|tagging|encryption|object-lock|storage-class/.test(name)
  );
  assert.deepEqual(forbidden, []);
});

Deno.test("An agent that stops while S3 is away ends in time, and the next one ships what waited", async () => {
  await using box = sandbox();
  let away = true;
  await using s3 = fakeS3(() => away ? 503 : 200);
  const environment = { ...box.environment, ...fakeS3Environment(s3), LAKE_SHUTDOWNTIMEOUT: "5s" };
  const agent = await box.start({ environment });
  await post(agent, makeEvent(1));
  assert.equal(await agent.stop(), 0);
  assert.match(agent.log(), /1 events wait on disk, for the next start/);
  away = false;
  const next = await box.start({ environment });
  // A batch was begun, so it is due at once, not at the next interval.
  await until(() => s3.objects.size === 1, next.log);
  await until(async () => await metric(next, "falco_lake_buffer_events") === 0, next.log);
});

Deno.test("One connection carries event after event, as Falco sends them, of any size", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
  const answer = new Uint8Array(1000);
  for (const size of [10, 500, 2000, 70_000]) {
    const body = JSON.stringify({ ...JSON.parse(makeEvent(size)), output: "x".repeat(size) });
    await writeAll(
      connection,
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const head = new TextDecoder().decode(answer.subarray(0, (await connection.read(answer))!));
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(head, /connection: close/i);
  }
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 4);
});

Deno.test("Without a listenaddress the agent answers on IPv4 and, where there is one, on IPv6", async () => {
  await using box = sandbox();
  const environment = {
    ...box.environment,
    LISTENADDRESS: "",
    LAKE_DIRECTORY: `${box.directory}/lake`,
  };
  const { port } = await box.start({ environment });
  const hasIpv6 = Deno.networkInterfaces().some(({ address }) => address === "::1");
  for (const host of ["127.0.0.1", ...(hasIpv6 ? ["[::1]"] : [])]) {
    assert.equal(await (await fetch(`http://${host}:${port}/ping`)).text(), "pong\n");
  }
});

Deno.test("A client that goes away in the middle of a body costs nobody anything", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
  await writeAll(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
  connection.close();
  assert.equal(await post(agent, makeEvent(1)), 200);
  assert.equal(await metric(agent, "falco_lake_buffer_events"), 1);
  assert.equal(await agent.stop(), 0);
  assert.doesNotMatch(agent.log(), /ERROR/);
});

Deno.test("SIGHUP without a file ends nothing; a second SIGTERM ends at once what hangs, and loses nothing", async () => {
  await using box = sandbox();
  let hang = true;
  await using s3 = fakeS3(async () => {
    while (hang) await new Promise((resolve) => setTimeout(resolve, 5));
    return 200;
  });
  const environment = { ...box.environment, ...fakeS3Environment(s3), LAKE_SHUTDOWNTIMEOUT: "60s" };
  const agent = await box.start({ environment });
  agent.signal("SIGHUP");
  await agent.logged(/\[INFO\] +: SIGHUP - the configuration is in force/);
  await post(agent, makeEvent(1));
  agent.signal("SIGTERM");
  await until(() => s3.puts.length === 1, agent.log);
  agent.signal("SIGTERM");
  assert.equal(await agent.exited, 1);
  hang = false;
  const next = await box.start({ environment });
  await until(async () => await metric(next, "falco_lake_buffer_events") === 0, next.log);
  assert.equal(s3.objects.size, 1);
});

Deno.test("A lake that cannot be written to is named at the start, and used once it can", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  Deno.writeTextFileSync(`${box.directory}/lake`, "a file, not a folder");
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  assert.match(agent.log(), /\[ERROR\] : AWS SecurityLake - \S+\/lake cannot be written to: /);
  assert.equal(await post(agent, makeEvent(1)), 200);
  Deno.removeSync(`${box.directory}/lake`);
  await flush(agent);
  assert.equal((await rowsOf(lake)).length, 1);
  // And when it goes away while the agent runs.
  Deno.removeSync(`${box.directory}/lake`, { recursive: true });
  await post(agent, makeEvent(2));
  await flush(agent);
  assert.equal((await rowsOf(lake)).length, 1);
});

Deno.test("A flood of refused requests is a few log lines and a count", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  for (let at = 0; at < 200; at++) assert.equal(await post(agent, "{"), 400);
  const lines = agent.log().split("\n").filter((line) => line.includes("[WARN]"));
  assert.ok(lines.length <= 22, `${lines.length} lines`); // ten and a note, in one or two windows
  assert.match(lines[10]!, /More requests refused in the next 10 s will be counted only/);
});

/** Sends parts over a socket, each when something has come back for the one before; returns all that came. */
async function talk(port: number, parts: readonly string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 16);
  let received = "";
  for (const part of parts) {
    await writeAll(connection, part);
    const count = await connection.read(buffer);
    received += decoder.decode(buffer.subarray(0, count ?? 0));
  }
  for (let count; (count = await connection.read(buffer)) !== null;) {
    received += decoder.decode(buffer.subarray(0, count));
  }
  return received;
}

async function writeAll(connection: Deno.Conn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
