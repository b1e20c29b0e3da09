import assert from "node:assert/strict";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

const HAS_IPV6 = Deno.networkInterfaces().some(({ address }) => address === "::1");

/** Asks with the agent's environment and file; `port` because the sandbox's agent takes any free one. */
async function checkHealth(
  box: Sandbox,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
) {
  const { code, stdout, stderr } = await box.run(["check", "--health", ...args], { environment });
  return [code, stdout, stderr] as const;
}

Deno.test("check --health is 0 while the agent lives, and says in one line how it does not", async () => {
  await using box = sandbox();
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  const url = `http://127.0.0.1:${agent.port}/healthz`;
  const asking = { ...environment, LISTENPORT: String(agent.port) };
  assert.deepEqual(await checkHealth(box, asking), [0, `${url}: answers 200\n`, ""]);

  agent.signal("SIGSTOP");
  const hanging = await checkHealth(box, asking);
  agent.signal("SIGCONT");
  assert.deepEqual(hanging, [1, "", `falco-lake: ${url}: no answer within 3 s\n`]);

  assert.equal(await agent.stop(), 0);
  assert.deepEqual(await checkHealth(box, asking), [
    1,
    "",
    `falco-lake: ${url}: connection refused\n`,
  ]);
});

Deno.test("check --health finds the agent on all addresses and on IPv6, from the file as well", async () => {
  await using box = sandbox();
  for (const address of ["", ...(HAS_IPV6 ? ["::1"] : [])]) {
    const environment = {
      BUFFER_DIRECTORY: `${box.directory}/buffer`,
      LAKE_DIRECTORY: `${box.directory}/lake`,
    };
    const agent = await box.start({
      environment: { ...environment, LISTENADDRESS: address, LISTENPORT: "0" },
    });
    const file = `${box.directory}/c.yaml`;
    Deno.writeTextFileSync(file, `listenaddress: "${address}"\nlistenport: ${agent.port}\n`);
    const host = address === "" ? "127.0.0.1" : `[${address}]`;
    // It needs no lake, and no buffer.
    assert.deepEqual(await checkHealth(box, {}, ["-c", file]), [
      0,
      `http://${host}:${agent.port}/healthz: answers 200\n`,
      "",
    ]);
    assert.equal(await agent.stop(), 0);
  }
});

testUnless(
  NO_OPENSSL,
  "check --health asks a TLS port whose certificate is not of the loopback, with mutual TLS too",
  async () => {
    await using box = sandbox();
    using files = new Certificates(box.directory);
    files.issue(files.authority("ca"), "server");
    const base = {
      ...box.environment,
      LAKE_DIRECTORY: `${box.directory}/lake`,
      TLSSERVER_DEPLOY: "true",
      TLSSERVER_CERTFILE: `${files.directory}/server.crt`,
      TLSSERVER_KEYFILE: `${files.directory}/server.key`,
    };
    const mutual = {
      ...base,
      TLSSERVER_MUTUALTLS: "true",
      TLSSERVER_CACERTFILE: `${files.directory}/ca.crt`,
    };
    const apart = { ...mutual, TLSSERVER_NOTLSPATHS: "/healthz", TLSSERVER_NOTLSPORT: "0" };
    for (
      const [environment, answer] of [
        [base, "https://127.0.0.1:PORT/healthz: answers 200\n"],
        [
          mutual,
          "TLS with 127.0.0.1:PORT: answers, and wants a certificate for more (tlsserver.mutualtls)\n",
        ],
        [apart, "http://127.0.0.1:PORT/healthz: answers 200\n"],
      ] as const
    ) {
      const agent = await box.start({ environment });
      const plain = / and [^\n]*:(\d+) for non-TLS\n/.exec(agent.log())?.[1];
      const asking = {
        ...environment,
        LISTENPORT: String(agent.port),
        ...(plain && { TLSSERVER_NOTLSPORT: plain }),
      };
      const port = plain ?? String(agent.port);
      assert.deepEqual(await checkHealth(box, asking), [0, answer.replace("PORT", port), ""]);
      assert.equal(await agent.stop(), 0);
      const [code, , stderr] = await checkHealth(box, asking);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}\\S*: connection refused\\n$`));
    }
  },
);

Deno.test("check --health goes with no other question, and a faulty configuration is named", async () => {
  await using box = sandbox();
  assert.equal((await checkHealth(box, {}, ["--online"]))[0], 2);
  const [code, stdout, stderr] = await checkHealth(box, { LISTENPORT: "many" });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /LISTENPORT.*many/);
  const open = await checkHealth(box, { LISTENPORT: "0" });
  assert.equal(open[0], 1);
  assert.match(open[2], /^falco-lake: listenport is 0, [^\n]*\n$/);
});
