import assert from "node:assert/strict";
import { connect } from "node:net";
import { explainTlsFailure } from "../../src/receiver/tls_failure.ts";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { receiveAll } from "../support/raw_client.ts";
import { testUnless } from "../support/skip.ts";
import { openTlsPort, TlsFolder } from "../support/tls_port.ts";

Deno.test("What the runtime says of a failed handshake is put in a person's words", () => {
  const cases: readonly [string, RegExp][] = [
    ["received fatal alert: UnknownCA", /^it does not know the CA of falco-lake's certificate; /],
    ["received fatal alert: BadCertificate", /^it does not accept falco-lake's certificate; /],
    ["received fatal alert: CertificateUnknown", /^it does not accept falco-lake's/],
    ["received fatal alert: CertificateExpired", /^to it, falco-lake's certificate has expired; /],
    ["received fatal alert: ProtocolVersion", /use TLS 1\.2 or 1\.3$/],
    ["peer is incompatible: Tls12NotOffered", /use TLS 1\.2 or 1\.3$/],
    ["peer is incompatible: NoCipherSuitesInCommon", /^it offers no cipher in common/],
    ["socket hang up", /^it hung up in the middle of the handshake/],
    ["something new", /^something new$/],
  ];
  for (const [message, words] of cases) {
    assert.match(explainTlsFailure({ message, authorizationError: null }), words, message);
  }
  assert.match(
    explainTlsFailure({ message: "socket hang up", authorizationError: "CERT_HAS_EXPIRED" }),
    /^its client certificate has expired/,
  );
});

testUnless(
  NO_OPENSSL,
  "A client that hangs up in the middle of the handshake is in the log",
  async () => {
    using certificates = new Certificates();
    const leaf = certificates.issue(certificates.authority("ca"), "leaf");
    await using port = await openTlsPort(new TlsFolder(leaf));
    const socket = connect(port.port, "127.0.0.1");
    socket.end(Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1));
    await receiveAll(socket);
    while (port.log.lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.match(port.log.lines[1]!, /failed: it hung up in the middle of the handshake; /);
  },
);
