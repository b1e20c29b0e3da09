import assert from "node:assert/strict";
import { fakeS3, fakeS3Environment } from "../support/fake_s3.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";

const EVENTS = 300;

Deno.test("The log has falcosidekick's lines, and of a burst of events 20 a second and a count", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  for (let id = 0; id < EVENTS; id++) assert.equal(await post(agent, makeEvent(id)), 200);
  await flush(agent);
  await agent.logged(/more events queued within a second/);
  assert.equal(await agent.stop(), 0);
  const lines = agent.log().trimEnd().split("\n");
  const line = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(?:INFO|WARN|ERROR)\] +: \S/;
  assert.deepEqual(lines.filter((one) => !line.test(one)), []);
  const has = (text: RegExp) =>
    assert.ok(lines.some((one) => text.test(one)), `${text}\n${lines.join("\n")}`);
  has(/ \[INFO\] {2}: Enabled Outputs: \[AWSSecurityLake\]$/);
  has(/ \[INFO\] {2}: Falco-lake is up and listening on 127\.0\.0\.1:\d+$/);
  has(/ \[INFO\] {2}: AWS SecurityLake - Event queued \([0-9a-f-]{36}\)$/);
  has(/ \[INFO\] {2}: AWS SecurityLake - Upload parquet file \S+ OK \(300 events\)$/);
  const written = lines.filter((one) => one.includes("Event queued")).length;
  const counted = lines.map((one) => /- (\d+) more events queued/.exec(one)?.[1]);
  const more = counted.reduce((sum, count) => sum + Number(count ?? 0), 0);
  assert.equal(written + more, EVENTS);
  assert.ok(written <= 20 * (counted.filter(Boolean).length + 1), `${written} lines`);
});

Deno.test("log.format: json writes one object per line, with the same names in each", async () => {
  await using box = sandbox();
  const environment = {
    ...box.environment,
    LAKE_DIRECTORY: `${box.directory}/lake`,
    LOG_FORMAT: "json",
    DEBUG: "true",
  };
  const agent = await box.start({ environment });
  assert.equal(await post(agent, makeEvent(1)), 200);
  assert.equal(await post(agent, '{"rule":"a\\nb"}'), 400);
  await flush(agent);
  assert.equal(await agent.stop(), 0);
  const lines = agent.log().trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const { time, level, message } of lines) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(level, /^(debug|info|warn|error)$/);
    assert.equal(typeof message, "string");
  }
  const about = (message: RegExp) => lines.find((line) => message.test(line.message));
  const { component, uuid } = about(/^Event queued/);
  assert.equal(component, "AWS SecurityLake");
  assert.match(uuid, /^[0-9a-f-]{36}$/);
  const upload = about(/^Upload parquet file/);
  assert.equal(upload.events, 1);
  assert.match(upload.key, /\/eventDay=20261121\/\w+-1-1\.parquet$/);
  assert.ok(upload.bytes > 0);
  assert.equal(about(/^request refused with 400/).component, "Receiver");
  assert.equal(about(/^Falco's payload/).level, "debug");
});

Deno.test("No secret is in what the agent logs or tells, whatever goes wrong", async () => {
  await using box = sandbox();
  const [id, secret] = ["AKIAHUSHHUSHHUSHHUSH", "hush/wJalrXUtnFEMI+K7MDENG"];
  let refusals = 0;
  // As S3 does when a signature is wrong: it tells what it has got.
  await using s3 = fakeS3(() => ++refusals > 2 ? 200 : 403);
  const file = `${box.directory}/config.yaml`;
  const environment = {
    ...box.environment,
    ...fakeS3Environment(s3),
    AWS_ACCESSKEYID: id,
    AWS_SECRETACCESSKEY: secret,
    DEBUG: "true",
  };
  Deno.writeTextFileSync(file, "listenport: 0\n");
  const agent = await box.start({ environment, args: ["run", "-c", file] });
  assert.equal(await post(agent, makeEvent(1)), 200);
  agent.signal("SIGUSR2");
  await agent.logged(/attempt 1\)/);
  const told = [await text(agent.port, "/status"), await text(agent.port, "/metrics")];
  Deno.writeTextFileSync(file, `aws: {secretaccesskey:${secret}}\nlake: {x: ${secret}}\n`);
  agent.signal("SIGHUP");
  await agent.logged(/stays in force/);
  const check = await box.run(["check", "-c", file], { environment });
  const good = await box.run(["check"], { environment });
  assert.equal(good.code, 0, good.stderr);
  await flush(agent);
  assert.equal(await agent.stop(), 0);
  for (const all of [agent.log(), ...told, check.stdout, check.stderr, good.stdout, good.stderr]) {
    assert.doesNotMatch(all, /hush|wJalr/i, all);
  }
});

const text = async (port: number, path: string): Promise<string> =>
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
