import assert from "node:assert/strict";
import type { TLSSocket } from "node:tls";
import type { Handler } from "../../src/receiver/http.ts";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { connectTls, postTls, receiveAll } from "../support/raw_client.ts";
import { testUnless } from "../support/skip.ts";
import { openTlsPort, TlsFolder, type TlsPort, type TlsPortOptions } from "../support/tls_port.ts";

/** What a client has, to speak to a port with a good certificate. */
async function withPort(
  options: TlsPortOptions,
  use: (port: TlsPort, ca: string) => Promise<void>,
): Promise<void> {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  await using port = await openTlsPort(new TlsFolder(certificates.issue(ca, "leaf")), options);
  await use(port, ca.cert);
}

const next = (socket: TLSSocket) =>
  new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(String(bytes))));

testUnless(
  NO_OPENSSL,
  "Over TLS one connection carries request after request, of any size",
  () =>
    withPort({}, async ({ port }, ca) => {
      const socket = await connectTls(port, { ca });
      for (const size of [1, 500, 70_000, 3_000_000]) {
        socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
        socket.write("x".repeat(size));
        const answer = await next(socket);
        assert.match(answer, new RegExp(`^HTTP/1\\.1 200 [^]*\r\n\r\n${size}$`));
        assert.doesNotMatch(answer, /connection: close/i);
      }
      socket.destroy();
    }),
);

testUnless(
  NO_OPENSSL,
  "Over TLS a request that does not end is ended, and so is a silent client",
  () =>
    withPort({ timeouts: { request: 200, handshake: 10_000 } }, async ({ port }, ca) => {
      const slow = await connectTls(port, { ca });
      slow.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
      const silent = await connectTls(port, { ca });
      const [first, second] = await Promise.all([receiveAll(slow), receiveAll(silent)]);
      assert.match(first, /^HTTP\/1\.1 408 /);
      assert.match(second, /^(HTTP\/1\.1 408 |$)/);
      const idle = await connectTls(port, { ca });
      idle.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
      assert.match(await receiveAll(idle), /^HTTP\/1\.1 200 /);
    }),
);

const refusing: Handler = async (request) => {
  await request.readBody((bytes) => bytes < 10);
  return { status: 413, headers: {}, body: "too large\n" };
};

testUnless(
  NO_OPENSSL,
  "Over TLS a body that is too large is answered before its end",
  () =>
    withPort({ handler: refusing }, async ({ port }, ca) => {
      const socket = await connectTls(port, { ca });
      socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      socket.write(`400\r\n${"x".repeat(1024)}\r\n`);
      const answer = await next(socket);
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.match(answer, /\r\nconnection: close\r\n/i);
      await receiveAll(socket);
    }),
);

testUnless(
  NO_OPENSSL,
  "A TLS server that closes ends idle connections at once, others with their answer",
  async () => {
    const arrived = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const handler: Handler = async (request) => {
      const body = await request.readBody(() => true);
      if (body.length === 2) return { status: 200, headers: {}, body: "" };
      arrived.resolve();
      await answered.promise;
      return { status: 200, headers: {}, body: "late" };
    };
    await withPort({ handler }, async ({ port, server }, ca) => {
      const unused = await connectTls(port, { ca });
      const idle = await connectTls(port, { ca });
      idle.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
      assert.match(await next(idle), /^HTTP\/1\.1 200 /);
      const request = postTls(port, { ca }, "late");
      await arrived.promise;
      const [unusedGone, idleGone] = [receiveAll(unused), receiveAll(idle)];
      const closed = server.close();
      assert.equal(await idleGone, "");
      await assert.rejects(connectTls(port, { ca }));
      answered.resolve();
      assert.equal((await request).body, "late");
      await closed;
      assert.equal(await unusedGone, "");
    });
  },
);
