import assert from "node:assert/strict";
import type { CapturedLog } from "../support/capture_log.ts";
import { Certificates, type KeyKind, NO_CURL, NO_OPENSSL } from "../support/certificates.ts";
import { connectTls, postTls } from "../support/raw_client.ts";
import { testUnless } from "../support/skip.ts";
import { openTlsPort, TlsFolder } from "../support/tls_port.ts";

const warnings = (log: CapturedLog) => log.lines.filter((line) => line.startsWith("WARN"));

/** What openssl's client says: its results are in one stream, its alerts in the other. */
async function sClient(port: number, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("openssl", {
    args: ["s_client", "-connect", `127.0.0.1:${port}`, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

for (const kind of ["rsa", "p256", "p384", "p521", "ed25519"] satisfies KeyKind[]) {
  testUnless(
    NO_OPENSSL,
    `A server with a key of kind ${kind} is reached with TLS 1.2 and 1.3`,
    async () => {
      using certificates = new Certificates();
      const ca = certificates.authority("ca");
      const leaf = certificates.issue(ca, "leaf", { kind });
      await using port = await openTlsPort(new TlsFolder(leaf));
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        const options = { ca: ca.cert, minVersion: version, maxVersion: version };
        const { status, body } = await postTls(port.port, options, "12345");
        assert.deepEqual([status, body], [200, "5"], version);
        const socket = await connectTls(port.port, options);
        assert.equal(socket.getProtocol(), version);
        socket.destroy();
      }
      assert.deepEqual(warnings(port.log), []);
    },
  );
}

testUnless(NO_OPENSSL, "A chain of certificates is sent whole", async () => {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  const between = certificates.issue(ca, "between", { use: "ca" });
  const leaf = certificates.issue(between, "leaf");
  const chain = { cert: leaf.cert + between.cert, key: leaf.key };
  await using port = await openTlsPort(new TlsFolder(chain));
  assert.equal((await postTls(port.port, { ca: ca.cert })).status, 200);
});

testUnless(
  NO_OPENSSL,
  "TLS 1.1 is refused, and so is a client that speaks only HTTP/2",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    await using port = await openTlsPort(new TlsFolder(leaf));
    const old = await sClient(port.port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");
    assert.match(old, /no peer certificate available/);
    assert.match(await sClient(port.port, "-alpn", "h2"), /no application protocol/);
    assert.match(await sClient(port.port, "-alpn", "h2,http/1.1"), /ALPN protocol: http\/1\.1/);
    assert.deepEqual(warnings(port.log), [
      "WARN Receiver - TLS with 127.0.0.1 failed: it offers no TLS version that is new enough; " +
      "use TLS 1.2 or 1.3",
      "WARN Receiver - TLS with 127.0.0.1 failed: it speaks no HTTP/1.1 (ALPN), which is all that " +
      "falco-lake does",
    ]);
  },
);

testUnless(NO_OPENSSL ?? NO_CURL, "curl, as Falco uses it, posts with mutual TLS", async () => {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  const leaf = certificates.issue(ca, "leaf");
  certificates.issue(ca, "client", { use: "client" });
  await using port = await openTlsPort(new TlsFolder(leaf, ca.cert));
  const { stdout } = await new Deno.Command("curl", {
    args: ["-sS", "--cacert", "ca.crt", "--cert", "client.crt", "--key", "client.key"]
      .concat("-d", "{}", `https://127.0.0.1:${port.port}/`, `https://127.0.0.1:${port.port}/`),
    cwd: certificates.directory,
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "22");
});

testUnless(
  NO_OPENSSL,
  "A client that does not trust the certificate is in the log, with what to do",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    await using port = await openTlsPort(new TlsFolder(leaf));
    await assert.rejects(postTls(port.port, { ca: certificates.authority("other").cert }));
    const log = await until(() => warnings(port.log), 1);
    assert.match(
      log[0]!,
      /TLS with 127\.0\.0\.1 failed: it does not know the CA of .*Falco: http_output\.ca_cert/,
    );
  },
);

/** Waits for lines that another socket causes. */
async function until(lines: () => string[], count: number): Promise<string[]> {
  while (lines().length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  return lines();
}
