import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer } from "node:net";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { postTls, receiveAll } from "../support/raw_client.ts";
import { testUnless } from "../support/skip.ts";
import { openTlsPort, TlsFolder } from "../support/tls_port.ts";

const warnings = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("INFO"));

testUnless(
  NO_OPENSSL,
  "Plain HTTP on a TLS port gets Go's 400; what is no HTTP either does not",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    await using port = await openTlsPort(new TlsFolder(leaf));
    const plain = connect(port.port, "127.0.0.1");
    plain.write(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n${"x".repeat(100_000)}`,
    );
    assert.equal(
      await receiveAll(plain),
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
    );
    const garbage = connect(port.port, "127.0.0.1");
    garbage.write("\x00\x01\x02\x03\x04\x05\x06\x07");
    assert.doesNotMatch(await receiveAll(garbage), /HTTP/);
    assert.deepEqual(warnings(port.log.lines), [
      "WARN Receiver - TLS with 127.0.0.1 failed: it speaks plain HTTP; use https:// in its URL",
      "WARN Receiver - TLS with 127.0.0.1 failed: what it sent is not TLS",
    ]);
    assert.equal(port.requests(), 0);
  },
);

testUnless(
  NO_OPENSSL,
  "Who only looks whether the port is open is no failed handshake",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    await using port = await openTlsPort(new TlsFolder(leaf));
    for (let count = 0; count < 3; count++) {
      await receiveAll(connect(port.port, "127.0.0.1").end());
    }
    assert.deepEqual(warnings(port.log.lines), []);
  },
);

testUnless(NO_OPENSSL, "A handshake that arrives byte by byte succeeds", async () => {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  await using port = await openTlsPort(new TlsFolder(certificates.issue(ca, "leaf")));
  const proxy = createServer((client) => {
    const upstream = connect(port.port, "127.0.0.1").setNoDelay(true);
    client.once("data", (hello: Uint8Array) => {
      for (const byte of hello) upstream.write(Uint8Array.of(byte));
      client.pipe(upstream).pipe(client);
    });
    // Either may end first.
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      one.on("error", () => {});
      one.once("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address() as AddressInfo;
  for (let count = 0; count < 20; count++) {
    assert.equal((await postTls(address.port, { ca: ca.cert })).status, 200);
  }
  await new Promise((resolve) => proxy.close(resolve));
  assert.deepEqual(warnings(port.log.lines), []);
});

testUnless(
  NO_OPENSSL,
  "A client that sends nothing, or half a handshake, does not stay",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    const timeouts = { request: 60_000, handshake: 100 };
    await using port = await openTlsPort(new TlsFolder(leaf), { timeouts });
    assert.equal(await receiveAll(connect(port.port, "127.0.0.1")), "");
    const half = connect(port.port, "127.0.0.1");
    half.write(Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1));
    assert.equal(await receiveAll(half), "");
    assert.deepEqual(warnings(port.log.lines), [
      "WARN Receiver - TLS with 127.0.0.1 failed: it sent nothing",
      "WARN Receiver - TLS with 127.0.0.1 failed: it did not finish the handshake in time",
    ]);
  },
);

testUnless(
  NO_OPENSSL,
  "A thousand clients that never finish their handshake keep nobody out",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    await using port = await openTlsPort(new TlsFolder(certificates.issue(ca, "leaf")));
    const hanging = await Promise.all(
      Array.from(
        { length: 1000 },
        (_, index) =>
          new Promise<ReturnType<typeof connect>>((resolve, reject) => {
            const socket = connect(port.port, "127.0.0.1", () => resolve(socket));
            if (index % 2 === 0) socket.write(Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1));
            socket.once("error", reject);
          }),
      ),
    );
    for (let count = 0; count < 5; count++) {
      assert.equal((await postTls(port.port, { ca: ca.cert })).status, 200);
    }
    // They go when the server does, too.
    const gone = Promise.all(hanging.map(receiveAll));
    await port.server.close();
    await gone;
  },
);
