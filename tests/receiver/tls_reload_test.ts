import assert from "node:assert/strict";
import { TlsContext, TlsFilesError } from "../../src/receiver/tls_context.ts";
import { captureLog } from "../support/capture_log.ts";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { connectTls, postTls } from "../support/raw_client.ts";
import { testUnless } from "../support/skip.ts";
import { MUTUAL_PATHS, openTlsPort, PATHS, TlsFolder } from "../support/tls_port.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const SECONDS = 1000;

/** Lets a look that the clock has woken come to its end: it reads from memory. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

testUnless(
  NO_OPENSSL,
  "Files that change are taken within ten seconds, and not looked at after the end",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const [first, second] = ["first", "second"].map((name) => certificates.issue(ca, name));
    const folder = new TlsFolder(first!);
    const clock = new ManualClock(NOW);
    await using port = await openTlsPort(folder, { clock });
    const before = (await postTls(port.port, { ca: ca.cert })).serial;
    folder.put(second!);
    await clock.advance(9 * SECONDS, settle);
    assert.equal((await postTls(port.port, { ca: ca.cert })).serial, before);
    await clock.advance(1 * SECONDS, settle);
    const after = (await postTls(port.port, { ca: ca.cert })).serial;
    assert.notEqual(after, before);
    await clock.advance(60 * SECONDS, settle);
    assert.deepEqual(
      port.log.lines.map((line) => line.replace(/; DNS.*serial/, " …")),
      [
        `INFO Receiver - TLS uses the certificate CN=first … ${before}; expires 2049-01-01T00:00:00Z`,
        `INFO Receiver - TLS now uses the certificate CN=second … ${after}; expires 2049-01-01T00:00:00Z`,
      ],
    );
    await port.server.close();
    const { reads } = folder;
    await clock.advance(60 * SECONDS, settle);
    assert.equal(folder.reads, reads);
  },
);

testUnless(
  NO_OPENSSL,
  "A pair of which one half is written is not taken, logged once, and taken when whole",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const [first, second] = ["first", "second"].map((name) => certificates.issue(ca, name));
    const folder = new TlsFolder(first!);
    const clock = new ManualClock(NOW);
    await using port = await openTlsPort(folder, { clock });
    const before = (await postTls(port.port, { ca: ca.cert })).serial;
    const errors = () => port.log.lines.filter((line) => line.startsWith("ERROR"));

    folder.files[PATHS.certfile] = second!.cert;
    await clock.advance(50 * SECONDS, settle);
    assert.deepEqual(errors(), [
      "ERROR Receiver - the TLS files cannot be used, so the certificate before stays in force: " +
      "tlsserver.keyfile: /tls/tls.key: does not belong to the certificate in " +
      "tlsserver.certfile (/tls/tls.crt); expected its private key",
    ]);
    assert.equal((await postTls(port.port, { ca: ca.cert })).serial, before);

    folder.files[PATHS.certfile] = "";
    await clock.advance(50 * SECONDS, settle);
    assert.equal(errors().length, 2);
    assert.match(errors()[1]!, /tlsserver\.certfile: \/tls\/tls\.crt: is empty$/);
    assert.equal(await port.tls.reload(), "faulty");
    assert.equal(errors().length, 3, "who asks gets an answer");

    folder.put(first!);
    await clock.advance(10 * SECONDS, settle);
    assert.equal(port.log.lines.at(-1), "INFO Receiver - the TLS files are as before again");
    assert.equal(await port.tls.reload(), "same");

    folder.put(second!);
    await clock.advance(10 * SECONDS, settle);
    assert.notEqual((await postTls(port.port, { ca: ca.cert })).serial, before);
    assert.equal(errors().length, 3);
  },
);

testUnless(
  NO_OPENSSL,
  "No request fails while certificates change, and open connections go on",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const issued = [0, 1, 2].map((index) => certificates.issue(ca, `leaf${index}`));
    const folder = new TlsFolder(issued[0]!);
    await using port = await openTlsPort(folder);
    const kept = await connectTls(port.port, { ca: ca.cert });
    const closed = new Promise<string>((resolve) => kept.once("close", () => resolve("closed")));
    const ask = () =>
      new Promise<string>((resolve) => {
        kept.once("data", (bytes) => resolve(String(bytes)));
        kept.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
      });
    const serials = new Set<string>();
    let [done, count] = [false, 0];
    const posting = (async () => {
      while (!done) {
        const { status, serial } = await postTls(port.port, { ca: ca.cert });
        assert.equal(status, 200);
        serials.add(serial);
        count++;
      }
    })();
    for (const pair of issued) {
      folder.put(pair);
      await port.tls.reload();
      const reached = count + 5;
      while (count < reached) {
        assert.match(await Promise.race([ask(), closed]), /^HTTP\/1\.1 200 /);
        await settle();
      }
    }
    done = true;
    await posting;
    assert.equal(serials.size, 3);
    kept.destroy();
  },
);

testUnless(
  NO_OPENSSL,
  "A new client CA is honoured for new connections, and the old one is not any more",
  async () => {
    using certificates = new Certificates();
    const [ca, other] = [certificates.authority("ca"), certificates.authority("other")];
    const leaf = certificates.issue(ca, "leaf");
    const [old, renewed] = [ca, other].map((authority) =>
      certificates.issue(authority, `client-${authority.name}`, { use: "client" })
    );
    const folder = new TlsFolder(leaf, ca.cert);
    await using port = await openTlsPort(folder);
    const post = ({ cert, key }: { cert: string; key: string }) =>
      postTls(port.port, { ca: ca.cert, cert, key });
    assert.equal((await post(old!)).status, 200);
    await assert.rejects(post(renewed!));
    folder.put(leaf, other.cert);
    assert.equal(await port.tls.reload(), "new");
    assert.equal((await post(renewed!)).status, 200);
    await assert.rejects(post(old!));
    assert.equal(port.requests(), 2);
    // Mutual TLS, ALPN and the least version stay as they were.
    await assert.rejects(postTls(port.port, { ca: ca.cert }));
    folder.put(leaf, "");
    assert.equal(await port.tls.reload(), "faulty");
    assert.equal((await post(renewed!)).status, 200);
  },
);

testUnless(
  NO_OPENSSL,
  "The certificate's end is told at the start and at each change",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const folder = new TlsFolder(certificates.issue(ca, "leaf"));
    const ends: number[] = [];
    const log = captureLog();
    const tls = await TlsContext.open(PATHS, {
      readFile: folder.readFile,
      clock: new ManualClock(NOW),
      log,
      onExpiry: (notAfter) => ends.push(notAfter),
    });
    await tls.reload();
    folder.put(certificates.issue(ca, "expired", { to: "20210101000000Z" }));
    // Both looks at once: the second finds nothing new.
    assert.deepEqual(await Promise.all([tls.reload(), tls.reload()]), ["new", "same"]);
    assert.deepEqual(ends.map((end) => new Date(end).getUTCFullYear()), [2049, 2021]);
    assert.match(log.lines.at(-1)!, /^WARN tlsserver\.certfile: \/tls\/tls\.crt: expired on 2021-/);
  },
);

Deno.test("A TLS port does not open with faulty files, and says all that is wrong", async () => {
  const folder = new TlsFolder({ cert: "x", key: "" });
  const dependencies = {
    readFile: folder.readFile,
    clock: new ManualClock(NOW),
    log: captureLog(),
  };
  await assert.rejects(TlsContext.open(MUTUAL_PATHS, dependencies), (error) => {
    assert.ok(error instanceof TlsFilesError);
    assert.equal(error.problems.length, 3);
    assert.equal(error.message, error.problems.join("; "));
    return true;
  });
});

testUnless(
  NO_OPENSSL,
  "Other files can be named while it runs; mutual TLS cannot come or go",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const [first, second] = ["first", "second"].map((name) => certificates.issue(ca, name));
    const folder = new TlsFolder(first!, ca.cert);
    const clock = new ManualClock(NOW);
    const { readFile } = folder;
    const log = captureLog();
    const tls = await TlsContext.open(PATHS, { readFile, clock, log });
    const before = tls.keys;
    const others = { certfile: "/other/tls.crt", keyfile: "/other/tls.key" };
    assert.equal(await tls.reload(others), "faulty");
    assert.equal(await tls.reload(), "same", "the old ones are looked at still");
    assert.equal(await tls.reload(MUTUAL_PATHS), "faulty");
    assert.match(log.lines.at(-1)!, /tlsserver\.mutualtls cannot change while falco-lake runs/);
    assert.equal(tls.keys, before);
    folder.files[others.certfile] = second!.cert;
    folder.files[others.keyfile] = second!.key;
    assert.equal(await tls.reload(others), "new");
    folder.files[others.keyfile] = "";
    assert.equal(await tls.reload(), "faulty", "the new ones are looked at");
  },
);
