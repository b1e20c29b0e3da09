import assert from "node:assert/strict";
import { makeEvent } from "../support/make_event.ts";
import { checkMetrics, NO_PROMTOOL } from "../support/promtool.ts";
import { flush, post, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

testUnless(
  NO_PROMTOOL,
  "What the agent tells at /metrics is what Prometheus reads, plain and compressed",
  async () => {
    await using box = sandbox();
    const environment = {
      ...box.environment,
      LAKE_DIRECTORY: `${box.directory}/lake`,
      CUSTOMFIELDS: 'cluster:a"b\\c,k8s.zone:z,1bad:x',
      TEMPLATEDFIELDS: 'who:{{ index . "proc.name" }}@{{ index . "none" }}',
      PROMETHEUS_EXTRALABELS: "proc.name, proc.pid",
    };
    const agent = await box.start({ environment });
    for (const id of [1, 2]) assert.equal(await post(agent, makeEvent(id)), 200);
    assert.equal(await post(agent, "no event"), 400);
    await flush(agent);
    const url = `http://127.0.0.1:${agent.port}/metrics`;
    const plain = await fetch(url, { headers: { "accept-encoding": "identity" } });
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.match(plain.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    const text = await plain.text();
    assert.deepEqual(await checkMetrics(text), { code: 0, complaints: [] });
    const compressed = await fetch(url, { headers: { "accept-encoding": "gzip" } });
    assert.match(await compressed.text(), /falco_events_total/, "fetch decompresses");
    const raw = await rawAnswer(agent.port);
    assert.match(raw, /\r\ncontent-encoding: gzip\r\n/i);

    const lines = text.split("\n");
    const expected = [
      'falcosecurity_falcosidekick_inputs_total{source="requests",status="accepted"} 2',
      'falcosecurity_falcosidekick_inputs_total{source="requests",status="rejected"} 1',
      'falcosecurity_falcosidekick_outputs_total{destination="awssecuritylake",status="ok"} 1',
      'falcosecurity_falcosidekick_outputs_total{destination="awssecuritylake",status="error"} 0',
      'falcosecurity_falcosidekick_falco_events_total{hostname="unknown",rule="A rule",priority="4",' +
      'priority_raw="warning",source="syscall",k8s_ns_name="",k8s_pod_name="",cluster="a\\"b\\\\c",' +
      'k8s_zone="z",who="sh@<no value>",proc_name="sh",proc_pid=""} 2',
      'falco_lake_buffer_state{state="ready"} 1',
      "falco_lake_uploaded_events_total 2",
      "falco_lake_config_last_reload_successful 1",
    ];
    for (const line of expected) assert.ok(lines.includes(line), `${line}\nis not in\n${text}`);
    for (
      const family of [
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
      ]
    ) {
      assert.ok(Number(new RegExp(`^${family} (.*)$`, "m").exec(text)![1]) > 0, family);
    }
  },
);

/** The head of a compressed answer. */
async function rawAnswer(port: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request =
    "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(1 << 16);
  const count = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
}
