import assert from "node:assert/strict";
import { healthQuestion } from "../../src/cli/health_question.ts";
import { loadConfig } from "../../src/config/load.ts";

const questionOf = (text: string) =>
  healthQuestion(
    loadConfig({ fileName: "c.yaml", text }, () => undefined, { lakeRequired: false }).config,
  );

Deno.test("Who listens on all addresses is asked on the loopback, who has an address is asked there", () => {
  for (
    const [address, hosts] of [
      ["", ["127.0.0.1", "::1"]],
      ["::", ["127.0.0.1", "::1"]],
      ["0:0:0:0:0:0:0:0", ["127.0.0.1", "::1"]],
      ["0.0.0.0", ["127.0.0.1"]],
      ["::1", ["::1"]],
      ["192.0.2.7", ["192.0.2.7"]],
      ["2001:db8::7", ["2001:db8::7"]],
    ] as const
  ) {
    const question = questionOf(`listenaddress: "${address}"\nlistenport: 3000\n`);
    assert.deepEqual(question, { kind: "get", tls: false, hosts, port: 3000 }, address);
  }
});

Deno.test("With TLS it is asked by TLS, with mutual TLS by a handshake, unless another port has it", () => {
  const table: readonly (readonly [string, string, boolean, number])[] = [
    ["deploy: true", "get", true, 2801],
    ["deploy: true, mutualtls: true", "handshake", true, 2801],
    ["deploy: true, mutualtls: true, notlspaths: [/metrics]", "handshake", true, 2801],
    ["deploy: true, mutualtls: true, notlspaths: [/healthz], notlsport: 99", "get", false, 99],
    ["deploy: true, notlspaths: [/healthz]", "get", false, 2810],
    // Without TLS both have no effect.
    ["deploy: false, mutualtls: true, notlspaths: [/healthz]", "get", false, 2801],
  ];
  for (const [text, kind, tls, port] of table) {
    const question = questionOf(`tlsserver: {${text}}\n`);
    assert.deepEqual([question.kind, question.tls, question.port], [kind, tls, port], text);
  }
});

Deno.test("A port that only the agent knows is named with its key", () => {
  assert.throws(() => questionOf("listenport: 0\n"), /^Error: listenport is 0, /);
  const tlsserver = "tlsserver: {deploy: true, notlspaths: [/healthz], notlsport: 0}\n";
  assert.throws(() => questionOf(tlsserver), /^Error: tlsserver\.notlsport is 0, /);
});
