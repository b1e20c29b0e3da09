import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { TlsFiles, type TlsPaths } from "../../src/receiver/tls_files.ts";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { testUnless } from "../support/skip.ts";
import { MUTUAL_PATHS, PATHS, TlsFolder } from "../support/tls_port.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const clock = new ManualClock(NOW);

const read = (folder: TlsFolder, paths: TlsPaths = PATHS) =>
  new TlsFiles(paths, folder.readFile, clock).read();

async function problemsOf(folder: TlsFolder, paths?: TlsPaths): Promise<readonly string[]> {
  const reading = await read(folder, paths);
  assert.equal(reading.kind, "faulty");
  return reading.kind === "faulty" ? reading.problems : [];
}

async function keysOf(folder: TlsFolder, paths?: TlsPaths) {
  const reading = await read(folder, paths);
  assert.ok(reading.kind === "usable", JSON.stringify(reading));
  return reading.keys;
}

const failure = (code: string, message = "") => Object.assign(new Error(message), { code });

/** One line that begins with a PEM block's base64, made unreadable. */
const spoilt = (pem: string) => pem.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");

testUnless(
  NO_OPENSSL,
  "Each fault of a certificate file is named with its key and path",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const leaf = certificates.issue(ca, "leaf");
    certificates.openssl(["x509", "-in", "leaf.crt", "-outform", "DER", "-out", "leaf.der"]);
    const der = Deno.readFileSync(`${certificates.directory}/leaf.der`);
    const cases: readonly [string | Uint8Array | Error | undefined, string][] = [
      [undefined, "does not exist"],
      [failure("EISDIR"), "is a folder"],
      [failure("EACCES"), "may not be read by this user"],
      [failure("EIO", "Input/output error"), "cannot be read: Input/output error"],
      ["", "is empty"],
      ["hello", "has no PEM certificate"],
      [leaf.key, "has no PEM certificate, but PRIVATE KEY"],
      [der, "has no PEM certificate; it looks like DER, which openssl x509 -inform DER converts"],
      [leaf.cert.slice(0, 300), "is cut off: a -----BEGIN line has no -----END line"],
      [leaf.cert + ca.cert.slice(0, 300), "is cut off: a -----BEGIN line has no -----END line"],
      [
        ca.cert + leaf.cert,
        "its first certificate must be the server's own; the key belongs to number 2",
      ],
    ];
    for (const [content, problem] of cases) {
      const folder = new TlsFolder(leaf);
      folder.files[PATHS.certfile] = content;
      assert.deepEqual(await problemsOf(folder), [`tlsserver.certfile: /tls/tls.crt: ${problem}`]);
    }
    for (
      const [content, start] of [
        [spoilt(leaf.cert), "its certificate cannot be parsed: "],
        [leaf.cert + spoilt(ca.cert), "certificate 2 in it cannot be parsed: "],
      ] as const
    ) {
      const [problem] = await problemsOf(new TlsFolder({ ...leaf, cert: content }));
      assert.ok(problem?.startsWith(`tlsserver.certfile: /tls/tls.crt: ${start}`), problem);
    }
  },
);

testUnless(NO_OPENSSL, "Each fault of a key file is named, and nothing of the key is", async () => {
  using certificates = new Certificates();
  const ca = certificates.authority("ca");
  const leaf = certificates.issue(ca, "leaf");
  const other = certificates.issue(ca, "other");
  const rsa = certificates.issue(ca, "rsa", { kind: "rsa" });
  const small = certificates.issue(ca, "small", { kind: "rsa1024" });
  const odd = certificates.issue(ca, "odd", { kind: "secp256k1" });
  const encrypt = (...args: string[]) => {
    certificates.openssl([...args, "-passout", "pass:secret", "-out", "encrypted.key"]);
    return certificates.read("encrypted.key");
  };
  const encrypted = "is encrypted; a passphrase is not supported, " +
    "openssl pkey -in … -out … takes it away";
  const foreign = "does not belong to the certificate in tlsserver.certfile (/tls/tls.crt); " +
    "expected its private key";
  const usable = "use RSA from 2048 bits on, ECDSA P-256, P-384 or P-521, or Ed25519";
  const cases: readonly [string, string][] = [
    ["hello", "has no PEM private key"],
    [leaf.cert, "has no PEM private key, but CERTIFICATE"],
    [leaf.key.slice(0, 100), "is cut off: a -----BEGIN line has no -----END line"],
    [spoilt(leaf.key), "its PRIVATE KEY cannot be parsed"],
    [encrypt("pkcs8", "-topk8", "-in", "leaf.key"), encrypted],
    [encrypt("ec", "-aes128", "-in", "leaf.key"), encrypted],
    [other.key, foreign],
    [rsa.key, foreign],
  ];
  for (const [key, problem] of cases) {
    assert.deepEqual(await problemsOf(new TlsFolder({ ...leaf, key })), [
      `tlsserver.keyfile: /tls/tls.key: ${problem}`,
    ]);
  }
  for (const [issued, kind] of [[small, "rsa 1024"], [odd, "ec secp256k1"]] as const) {
    assert.deepEqual(await problemsOf(new TlsFolder(issued)), [
      `tlsserver.keyfile: /tls/tls.key: is a key that cannot be used (${kind}); ${usable}`,
    ]);
  }
});

testUnless(
  NO_OPENSSL,
  "All faults are found at once; the CA file counts with mutual TLS only",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    const folder = new TlsFolder({ cert: "", key: "" }, leaf.key);
    assert.deepEqual(await problemsOf(folder, MUTUAL_PATHS), [
      "tlsserver.cacertfile: /tls/ca.crt: has no PEM certificate, but PRIVATE KEY",
      "tlsserver.certfile: /tls/tls.crt: is empty",
      "tlsserver.keyfile: /tls/tls.key: is empty",
    ]);
    folder.put(leaf, undefined);
    assert.equal((await keysOf(folder)).clientCas, undefined);
    assert.deepEqual(await problemsOf(folder, MUTUAL_PATHS), [
      "tlsserver.cacertfile: /tls/ca.crt: does not exist",
    ]);
  },
);

testUnless(
  NO_OPENSSL,
  "An expired certificate and one of the future are used, with a warning",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const expired = certificates.issue(ca, "expired", { to: "20210101000000Z" });
    const future = certificates.issue(ca, "future", { from: "20480101000000Z" });
    assert.deepEqual((await keysOf(new TlsFolder(expired))).warnings, [
      "tlsserver.certfile: /tls/tls.crt: expired on 2021-01-01T00:00:00Z; clients will refuse it",
    ]);
    assert.deepEqual((await keysOf(new TlsFolder(future))).warnings, [
      "tlsserver.certfile: /tls/tls.crt: is not valid before 2048-01-01T00:00:00Z; clients refuse it",
    ]);
  },
);

testUnless(
  NO_OPENSSL,
  "Comments, CRLF, indentation, EC parameters and PKCS #1 are read",
  async () => {
    using certificates = new Certificates();
    const ca = certificates.authority("ca");
    const leaf = certificates.issue(ca, "leaf");
    const rsa = certificates.issue(ca, "rsa", { kind: "rsa" });
    certificates.openssl(["rsa", "-in", "rsa.key", "-traditional", "-out", "pkcs1.key"]);
    certificates.openssl(["ec", "-in", "leaf.key", "-out", "sec1.key"]);
    certificates.openssl(["ecparam", "-name", "prime256v1", "-out", "parameters"]);
    const sec1 = certificates.read("parameters") + certificates.read("sec1.key");
    const odd = (text: string) =>
      `\ufeffBag Attributes\r\n${text.replaceAll("\n", "\r\n").replace(/^/gm, "  ")}`;
    const plain = await keysOf(new TlsFolder(leaf));
    assert.equal(plain.warnings.length, 0);
    assert.equal(plain.notAfter, Date.parse("2049-01-01T00:00:00Z"));
    assert.match(
      plain.description,
      /^CN=leaf; DNS:localhost, IP Address:127\.0\.0\.1; serial [0-9A-F]+; expires 2049-01-01T00:00:00Z$/,
    );
    const dressed = await keysOf(new TlsFolder({ cert: odd(leaf.cert), key: odd(leaf.key) }));
    assert.equal(dressed.digest, plain.digest);
    const { key } = (await keysOf(new TlsFolder({ ...leaf, key: sec1 }))).secureContext();
    assert.match(key, /^-----BEGIN EC PRIVATE KEY-----\n/);
    await keysOf(new TlsFolder({ ...rsa, key: certificates.read("pkcs1.key") }));
  },
);

testUnless(NO_OPENSSL, "Whoever prints the keys does not see the private one", async () => {
  using certificates = new Certificates();
  const leaf = certificates.issue(certificates.authority("ca"), "leaf");
  const keys = await keysOf(new TlsFolder(leaf));
  const line = leaf.key.split("\n")[1]!;
  assert.ok(keys.secureContext().key.includes(line));
  for (const text of [JSON.stringify(keys), Deno.inspect(keys, { depth: 9 })]) {
    assert.ok(!text.includes(line) && !text.includes("PRIVATE KEY"), text);
  }
  assert.ok(Buffer.byteLength(keys.digest) === 64);
});
