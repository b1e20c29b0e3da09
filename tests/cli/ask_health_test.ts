import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import { askHealth } from "../../src/cli/ask_health.ts";
import type { HealthQuestion } from "../../src/cli/health_question.ts";
import { Certificates, NO_OPENSSL } from "../support/certificates.ts";
import { testUnless } from "../support/skip.ts";
import { openTlsPort, TlsFolder } from "../support/tls_port.ts";

/** A server on the loopback that does what is said with each connection. */
async function tcp(connected: (socket: Socket) => void, host = "127.0.0.1") {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    // Who asks hangs up as it likes.
    socket.on("error", () => {});
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as { readonly port: number }).port,
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const http = (answer: string) => tcp((socket) => socket.once("data", () => socket.end(answer)));

const PLAIN: Omit<HealthQuestion, "port"> = { kind: "get", tls: false, hosts: ["127.0.0.1"] };

Deno.test("200 is good, and any other status is told", async () => {
  for (
    const [line, isGood, status] of [
      ["200 OK", true, 200],
      ["503 Service Unavailable", false, 503],
      ["404 Not Found", false, 404],
      ["302 Found\r\nLocation: http://example.com/", false, 302],
    ] as const
  ) {
    await using server = await http(`HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`);
    const { port } = server;
    assert.deepEqual(await askHealth({ ...PLAIN, port }, 5_000), {
      isGood,
      text: `http://127.0.0.1:${port}/healthz: answers ${status}`,
    });
  }
});

Deno.test("An address where nobody listens is left for the next one; where all refuse, all are named", async () => {
  await using server = await http("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const { port } = server;
  const hosts = ["127.0.0.2", "127.0.0.1"];
  assert.deepEqual(await askHealth({ ...PLAIN, hosts, port }, 5_000), {
    isGood: true,
    text: `http://127.0.0.1:${port}/healthz: answers 200`,
  });
  const nowhere = ["127.0.0.2", "127.0.0.3"];
  assert.deepEqual(await askHealth({ ...PLAIN, hosts: nowhere, port }, 5_000), {
    isGood: false,
    text: nowhere.map((host) => `http://${host}:${port}/healthz: connection refused`).join("; "),
  });
});

Deno.test("Who takes the connection and says nothing is not well, and no other address is tried", async () => {
  const asked: number[] = [];
  await using server = await tcp((socket) => asked.push(socket.remotePort!));
  const { port } = server;
  for (const kind of ["get", "handshake"] as const) {
    const question = { kind, tls: kind === "handshake", hosts: ["127.0.0.1", "127.0.0.1"], port };
    const name = kind === "get" ? `http://127.0.0.1:${port}/healthz` : `TLS with 127.0.0.1:${port}`;
    assert.deepEqual(await askHealth(question, 100), {
      isGood: false,
      text: `${name}: no answer within 0.1 s`,
    });
  }
  assert.equal(asked.length, 2);
});

Deno.test("What hangs up, or answers something else than HTTP or TLS, is not well", async () => {
  await using mute = await tcp((socket) => socket.end());
  await using chatty = await http("220 mail.example.com ESMTP\r\n");
  for (const { port } of [mute, chatty]) {
    for (const [kind, tls] of [["get", false], ["get", true], ["handshake", true]] as const) {
      const { isGood, text } = await askHealth({ ...PLAIN, kind, tls, port }, 5_000);
      assert.equal(isGood, false);
      assert.match(text, new RegExp(`127\\.0\\.0\\.1:${port}[^:]*: \\S[^\\n]*$`));
      assert.doesNotMatch(text, /no answer/);
    }
  }
});

testUnless(
  NO_OPENSSL,
  "By TLS a certificate of any name and authority is as good as another",
  async () => {
    using files = new Certificates();
    const ca = files.authority("ca");
    files.openssl(
      ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
      ["-subj", "/CN=lake.example.com", "-addext", "subjectAltName=DNS:lake.example.com"],
      ["-keyout", "own.key", "-out", "own.crt"],
    );
    const own = { cert: files.read("own.crt"), key: files.read("own.key") };
    await using server = await openTlsPort(new TlsFolder(own));
    const { port } = server;
    assert.deepEqual(await askHealth({ ...PLAIN, tls: true, port }, 5_000), {
      isGood: true,
      text: `https://127.0.0.1:${port}/healthz: answers 200`,
    });
    assert.match((await askHealth({ ...PLAIN, port }, 5_000)).text, /answers 400$/);

    await using mutual = await openTlsPort(new TlsFolder(own, ca.cert));
    const question = { ...PLAIN, kind: "handshake", tls: true, port: mutual.port } as const;
    const { isGood, text } = await askHealth(question, 5_000);
    assert.deepEqual([isGood, mutual.requests()], [true, 0], text);
    assert.match(text, /^TLS with 127\.0\.0\.1:\d+: answers, and wants a certificate for more/);
  },
);
