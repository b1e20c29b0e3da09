import assert from "node:assert/strict";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { makeEvent } from "../support/make_event.ts";
import { postTls } from "../support/raw_client.ts";
import { sandbox, until } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const plainPortOf = (log: string) => Number(/ and [^\n]*:(\d+) for non-TLS\n/.exec(log)![1]);

const get = async (port: number, path: string): Promise<readonly [number, string]> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.text()];
};

testUnless(
  NO_OPENSSL,
  "With mutual TLS only clients with a certificate get in; the endpoints that need none are on the other port",
  async () => {
    await using box = sandbox();
    using files = new Certificates(box.directory);
    const lake = folderLake(`${box.directory}/lake`);
    const [ca, otherCa] = [files.authority("ca"), files.authority("other")];
    const server = files.issue(ca, "server");
    const client = files.issue(ca, "client", { use: "client" });
    const stranger = files.issue(otherCa, "stranger", { use: "client" });
    const file = files.write(
      "config.yaml",
      `tlsserver:
  deploy: true
  certfile: ${files.directory}/server.crt
  keyfile: ${files.directory}/server.key
  mutualtls: true
  cacertfile: ${files.directory}/ca.crt
  notlsport: 0
  notlspaths: [/metrics, /healthz, /readyz]
`,
    );
    const environment = { ...box.environment, ...lake.environment };
    const agent = await box.start({ environment, args: ["run", "-c", file] });
    const good = { ca: ca.cert, cert: client.cert, key: client.key };
    const before = await postTls(agent.port, good, makeEvent(1));
    assert.equal(before.status, 200);
    await assert.rejects(postTls(agent.port, { ca: ca.cert }, makeEvent(2)));
    const wrong = { ca: ca.cert, cert: stranger.cert, key: stranger.key };
    await assert.rejects(postTls(agent.port, wrong, makeEvent(3)));
    assert.deepEqual(await get(agent.port, "/"), [
      400,
      "Client sent an HTTP request to an HTTPS server.\n",
    ]);
    await agent.logged(/TLS with 127\.0\.0\.1 failed: .*https/);

    const plain = plainPortOf(agent.log());
    assert.deepEqual(await get(plain, "/healthz"), [200, '{"status": "ok"}']);
    assert.deepEqual((await get(plain, "/readyz"))[0], 200);
    assert.match(
      (await get(plain, "/metrics"))[1],
      /^falco_lake_tls_certificate_not_after_\S+ 2493072000$/m,
    );
    for (const path of ["/", "/ping", "/status", "/other"]) {
      assert.deepEqual(await get(plain, path), [404, "404 page not found\n"]);
    }

    // Another certificate, of another authority, in other files: SIGHUP is enough.
    const renewed = files.issue(otherCa, "renewed");
    const text = Deno.readTextFileSync(file);
    files.write("config.yaml", text.replaceAll("/server.", "/renewed."));
    agent.signal("SIGHUP");
    await agent.logged(/the configuration is in force/);
    const after = await postTls(agent.port, { ...good, ca: otherCa.cert }, makeEvent(4));
    assert.equal(after.status, 200);
    assert.notEqual(after.serial, before.serial);
    // What cannot be used is refused as a whole.
    files.write("renewed.key", server.key);
    agent.signal("SIGHUP");
    await agent.logged(/the configuration before stays in force/);
    assert.match(agent.log(), /tlsserver\.keyfile: \S+renewed\.key: does not belong/);
    assert.equal(
      (await postTls(agent.port, { ...good, ca: otherCa.cert }, makeEvent(5))).status,
      200,
    );
    files.write("renewed.key", renewed.key);
    await until(() => /TLS files are as before again/.test(agent.log()), agent.log);

    assert.equal(await agent.stop(), 0, agent.log());
    const ids = (await rowsOf(lake)).map((row) => row["raw_data"]).sort();
    assert.deepEqual(ids, [makeEvent(1), makeEvent(4), makeEvent(5)]);
  },
);

testUnless(
  NO_OPENSSL,
  "A certificate that cannot be used stops the start, and check says the same",
  async () => {
    await using box = sandbox();
    using files = new Certificates(box.directory);
    const server = files.issue(files.authority("ca"), "server");
    files.write("empty.crt", "");
    const environment = {
      ...box.environment,
      LAKE_DIRECTORY: `${box.directory}/lake`,
      TLSSERVER_DEPLOY: "true",
      TLSSERVER_CERTFILE: `${files.directory}/empty.crt`,
      TLSSERVER_KEYFILE: `${files.directory}/missing.key`,
    };
    for (const command of ["run", "check"]) {
      const { code, stderr } = await box.run([command], { environment });
      assert.equal(code, 1);
      assert.match(stderr, /^tlsserver\.certfile: \S+empty\.crt: ./m);
      assert.match(stderr, /^tlsserver\.keyfile: \S+missing\.key: ./m);
    }
    files.write("missing.key", server.key);
    const good = { ...environment, TLSSERVER_CERTFILE: `${files.directory}/server.crt` };
    const { code, stderr } = await box.run(["check"], { environment: good });
    assert.deepEqual([code, stderr], [0, ""]);
  },
);
