import assert from "node:assert/strict";
import { systemClock } from "../../src/platform/clock.ts";
import { Certificates, type Issued, NO_OPENSSL } from "../support/certificates.ts";
import { postTls } from "../support/raw_client.ts";
import { testUnless } from "../support/skip.ts";
import { openTlsPort, TlsFolder } from "../support/tls_port.ts";

const BAD =
  /failed: its client certificate has expired, .* or is not from a CA in tlsserver\.cacertfile$/;

testUnless(
  NO_OPENSSL,
  "With mutual TLS only a client with a good certificate reaches the handler",
  async () => {
    using certificates = new Certificates();
    const [ca, other] = [certificates.authority("ca"), certificates.authority("other")];
    const leaf = certificates.issue(ca, "leaf");
    const client = { use: "client" } as const;
    const between = certificates.issue(ca, "between", { use: "ca" });
    const chained = certificates.issue(between, "chained", client);
    // A window of the log's limit for each line.
    let time = 0;
    const clock = { ...systemClock, monotonic: () => time += 60_000 };
    await using port = await openTlsPort(new TlsFolder(leaf, ca.cert), { clock });
    const post = (issued: Partial<Issued>, version?: "TLSv1.2") =>
      postTls(port.port, {
        ca: ca.cert,
        ...(issued.cert && { cert: issued.cert }),
        ...(issued.key && { key: issued.key }),
        ...(version && { maxVersion: version }),
      });

    assert.equal((await post(certificates.issue(ca, "good", client))).status, 200);
    assert.equal((await post({ cert: chained.cert + between.cert, key: chained.key })).status, 200);
    const refused: readonly [string, Partial<Issued>, RegExp][] = [
      ["none", {}, /failed: it has no client certificate, which tlsserver\.mutualtls asks for/],
      ["another CA's", certificates.issue(other, "foreign", client), BAD],
      ["expired", certificates.issue(ca, "old", { ...client, to: "20210101000000Z" }), BAD],
      ["not yet valid", certificates.issue(ca, "new", { ...client, from: "20480101000000Z" }), BAD],
      ["a server's", certificates.issue(ca, "server"), BAD],
      ["of a chain that is not sent", chained, BAD],
    ];
    for (const [what, issued, reason] of refused) {
      for (const version of [undefined, "TLSv1.2"] as const) {
        const before = port.log.lines.length;
        await assert.rejects(post(issued, version), `${what}, ${version}`);
        assert.match(port.log.lines[before] ?? "", reason, `${what}, ${version}`);
      }
    }
    assert.equal(port.requests(), 2);
  },
);

testUnless(NO_OPENSSL, "Several CAs in the file are all accepted", async () => {
  using certificates = new Certificates();
  const [ca, other] = [certificates.authority("ca"), certificates.authority("other")];
  const folder = new TlsFolder(
    certificates.issue(ca, "leaf"),
    `# both\r\n${ca.cert}\n${other.cert}`,
  );
  await using port = await openTlsPort(folder);
  for (const [index, authority] of [ca, other].entries()) {
    const { cert, key } = certificates.issue(authority, `client${index}`, { use: "client" });
    assert.equal((await postTls(port.port, { ca: ca.cert, cert, key })).status, 200);
  }
});

for (const version of ["-tls1_2", "-tls1_3"]) {
  testUnless(
    NO_OPENSSL,
    `A resumed session (${version}) is let in only while its client's CA is`,
    async () => {
      using certificates = new Certificates();
      const [ca, other] = [certificates.authority("ca"), certificates.authority("other")];
      const leaf = certificates.issue(ca, "leaf");
      const between = certificates.issue(ca, "between", { use: "ca" });
      certificates.issue(ca, "client", { use: "client" });
      certificates.issue(between, "chained", { use: "client" });
      const folder = new TlsFolder(leaf, ca.cert);
      await using port = await openTlsPort(folder);
      const ask = (name: string, ...args: string[]) =>
        askWithSession(certificates.directory, port.port, [version, ...args], name);
      const chain = ["-cert_chain", "between.crt"];

      assert.match(await ask("client", "-sess_out", "client.session"), /^New/);
      assert.match(await ask("chained", ...chain, "-sess_out", "chained.session"), /^New/);
      assert.equal(port.requests(), 2);
      assert.match(await ask("client", "-sess_in", "client.session"), /^Reused/);
      assert.match(await ask("chained", ...chain, "-sess_in", "chained.session"), /^Reused/);
      assert.equal(port.requests(), 4);

      folder.put(leaf, other.cert + ca.cert);
      assert.equal(await port.tls.reload(), "new");
      await ask("client", "-sess_in", "client.session");
      assert.equal(port.requests(), 5);

      folder.put(leaf, other.cert);
      assert.equal(await port.tls.reload(), "new");
      await ask("client", "-sess_in", "client.session");
      await ask("chained", ...chain, "-sess_in", "chained.session");
      await ask("client");
      assert.equal(port.requests(), 5);
      assert.equal(port.log.lines.filter((line) => line.startsWith("WARN")).length, 3);
    },
  );
}

testUnless(NO_OPENSSL, "A session ends with the client certificate it began with", async () => {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  const leaf = certificates.issue(ca, "leaf");
  certificates.issue(ca, "client", { use: "client", to: "20480101000000Z" });
  let now = Date.parse("2047-12-31T23:59:59Z");
  const clock = { ...systemClock, now: () => now };
  await using port = await openTlsPort(new TlsFolder(leaf, ca.cert), { clock });
  const ask = (...args: string[]) =>
    askWithSession(certificates.directory, port.port, args, "client");
  await ask("-sess_out", "session");
  assert.match(await ask("-sess_in", "session"), /^Reused/);
  assert.equal(port.requests(), 2);
  now += 2000;
  await ask("-sess_in", "session");
  assert.equal(port.requests(), 2);
  assert.match(
    port.log.lines.at(-1)!,
    /^WARN Receiver - TLS with 127\.0\.0\.1 failed: its client certificate, of an earlier session/,
  );
});

testUnless(NO_OPENSSL, "A session of another TLS server of the process is no way in", async () => {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  const leaf = certificates.issue(ca, "leaf");
  await using open = await openTlsPort(new TlsFolder(leaf));
  await using mutual = await openTlsPort(new TlsFolder(leaf, ca.cert));
  const { directory } = certificates;
  await askWithSession(directory, open.port, ["-sess_out", "open.session"]);
  assert.equal(open.requests(), 1);
  await askWithSession(directory, mutual.port, ["-sess_in", "open.session"]);
  assert.equal(mutual.requests(), 0);
});

/**
 * Sends a request with openssl's client, which can keep a session and resume it.
 *
 * @returns "New, …" or "Reused, …", and what else it says
 */
async function askWithSession(
  cwd: string,
  port: number,
  args: readonly string[],
  name?: string,
): Promise<string> {
  const child = new Deno.Command("openssl", {
    args: ["s_client", "-connect", `127.0.0.1:${port}`, "-ign_eof", ...args]
      .concat(name === undefined ? [] : ["-cert", `${name}.crt`, "-key", `${name}.key`]),
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
  );
  const { stdout } = await child.output();
  // It may have ended before all was written.
  await writer.close().catch(() => {});
  return /^(New|Reused), [^]*/m.exec(new TextDecoder().decode(stdout))?.[0] ?? "";
}
