import assert from "node:assert/strict";
import { RawHttp } from "../support/raw_http.ts";
import { sandbox } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

/*
 * falcosidekick in front: its webhook output posts each event as Go's encoder writes its own struct
 * (`types.go`, `outputs/webhook.go`, `outputs/client.go`): members in that order, a uuid of its own,
 * `source` filled in, output_fields sorted, <, > and & escaped, a newline behind it.
 */

const UUID = "0f8fad5b-d9cb-469f-a165-70867728950e";
const BODY = `{"uuid":"${UUID}",` +
  String.raw`"output":"10:11:12.000000001: Notice \u003cx\u003e \u0026 \u2028 y",` +
  '"priority":"Notice","rule":"Terminal shell in container",' +
  '"time":"2026-11-21T10:11:12.000000001Z",' +
  '"output_fields":{"cluster":"prod","evt.time":1795255872000000001,"k8s.ns.name":"default",' +
  '"proc.name":"sh","proc.pid":4242},' +
  '"source":"syscall","tags":["container","mitre_execution"],"hostname":"node-1"}\n';

Deno.test("What falcosidekick's webhook output posts is stored as it is, under falcosidekick's uuid", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const agent = await box.start({ environment: { ...box.environment, ...lake.environment } });
  using connection = await RawHttp.connect(agent.port);
  const head = [
    "POST / HTTP/1.1",
    "Host: falco-lake.falco-lake.svc:2801",
    "User-Agent: Falcosidekick",
    `Content-Length: ${BODY.length}`,
    "Content-Type: application/json; charset=utf-8",
    "Accept-Encoding: gzip",
  ];
  await connection.send(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${BODY}`));
  assert.equal((await connection.answer())?.status, 200);
  assert.equal(await agent.stop(), 0);

  const [row, ...others] = await rowsOf(lake);
  assert.deepEqual(others, []);
  const { raw_data, message, severity_id, metadata, finding_info, device } = row as {
    readonly raw_data: string;
    readonly message: string;
    readonly severity_id: number;
    readonly metadata: Readonly<Record<string, unknown>>;
    readonly finding_info: Readonly<Record<string, unknown>>;
    readonly device: Readonly<Record<string, unknown>>;
  };
  assert.equal(raw_data, BODY.trimEnd());
  assert.equal(message, "10:11:12.000000001: Notice <x> & \u2028 y");
  assert.deepEqual([metadata["uid"], finding_info["uid"]], [UUID, UUID]);
  assert.equal(metadata["log_name"], "syscall");
  assert.equal(finding_info["title"], "Terminal shell in container");
  assert.equal(severity_id, 2);
  assert.equal(device["hostname"], "node-1");
  assert.equal((row!["unmapped"] as Readonly<Record<string, string>>)["cluster"], "prod");
});
