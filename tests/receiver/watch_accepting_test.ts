import assert from "node:assert/strict";
import { CONNECTIONS_MAX, serve, type Server } from "../../src/receiver/server.ts";
import { watchAccepting } from "../../src/receiver/watch_accepting.ts";
import { captureLog } from "../support/capture_log.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { lengthOf } from "../support/tls_port.ts";

const HOST = "127.0.0.1";
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Watches a server while a test moves the clock. */
async function watching(
  server: Server,
  run: (pass: (milliseconds: number) => Promise<void>) => Promise<void>,
  onLook: (isAccepting: boolean) => void = () => {},
): Promise<string[]> {
  const [clock, log, stopping] = [new ManualClock(0), captureLog(), new AbortController()];
  const watched = watchAccepting(server, HOST, { log, clock, signal: stopping.signal, onLook });
  await run((milliseconds) => clock.advance(milliseconds, turn));
  stopping.abort();
  await watched;
  return log.lines;
}

/** A port that the kernel takes connections for, and nobody else. */
function deafServer(listener: Deno.TcpListener, more: Partial<Server> = {}) {
  let reopened = 0;
  const server: Server = {
    port: listener.addr.port,
    connections: 0,
    onConnection: () => () => {},
    reopen: () => {
      reopened++;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    ...more,
  };
  return { server, reopened: () => reopened };
}

/** @throws when it is not so after ten seconds, in which the manual clock stands still */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not in time: ${condition}`);
    await turn();
  }
}

Deno.test("A port that takes connections is left alone, and one that nobody comes to is tried", async () => {
  const clock = new ManualClock(0);
  const server = await serve(lengthOf, { hostname: HOST, port: 0 }, { log: captureLog(), clock });
  let tried = 0;
  const stop = server.onConnection(() => tried++);
  const lines = await watching(server, async (pass) => {
    for (let look = 1; look <= 3; look++) {
      await pass(10_000);
      await until(() => tried === look);
      await turn();
    }
  });
  assert.deepEqual(lines, []);
  stop();
  await server.close();
});

Deno.test("A port whose connections nobody takes is opened anew, and the log says why", async () => {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  const { server, reopened } = deafServer(listener);
  const lines = await watching(server, async (pass) => {
    await pass(10_000);
    assert.equal(reopened(), 0);
    await pass(4_999);
    assert.equal(reopened(), 0);
    await pass(1);
    await until(() => reopened() === 1);
  });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^WARN Receiver - took no connections any more, .*ulimit -n/);
});

Deno.test("A port that cannot be opened anew is tried again at each look", async () => {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  let tries = 0;
  const { server } = deafServer(listener, {
    reopen: () => ++tries < 3 ? Promise.reject(new Error("no files")) : Promise.resolve(),
  });
  const lines = await watching(server, async (pass) => {
    await pass(15_000);
    for (let look = 1; look <= 3; look++) {
      await until(() => tries === look);
      await pass(10_000);
    }
  });
  assert.ok(tries >= 3);
  assert.match(lines[1]!, /^WARN Receiver - no files; tried again in 10 s$/);
});

Deno.test("A full house is said once, and nobody is sent to see", async () => {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  const { server, reopened } = deafServer(listener, { connections: CONNECTIONS_MAX });
  const lines = await watching(server, async (pass) => {
    await pass(60_000);
  });
  assert.equal(reopened(), 0);
  assert.deepEqual(lines, [
    "WARN Receiver - 20000 clients are connected, and more are turned away",
  ]);
});

Deno.test("A server that listens anew takes connections, and those that are open go on", async () => {
  const clock = new ManualClock(0);
  const server = await serve(lengthOf, { hostname: HOST, port: 0 }, { log: captureLog(), clock });
  const request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab";
  const ask = async (connection: Deno.TcpConn) => {
    await connection.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(1000);
    return new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
  };
  const connect = () => Deno.connect({ hostname: HOST, port: server.port });
  using busy = await connect();
  // Half of a request: it is not idle, and goes on where it was.
  await busy.write(new TextEncoder().encode(request.slice(0, -1)));
  await until(() => server.connections === 1);
  await server.reopen();
  using after = await connect();
  assert.match(await ask(after), /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n2$/);
  await busy.write(new TextEncoder().encode("b"));
  const buffer = new Uint8Array(1000);
  const count = await busy.read(buffer);
  assert.match(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), /^HTTP\/1\.1 200 /);
  await server.close();
});

Deno.test("Each look tells whether connections are taken; to listen anew is not enough for that", async () => {
  const looks: boolean[] = [];
  const see = (isAccepting: boolean) => void looks.push(isAccepting);
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  const deaf = deafServer(listener);
  await watching(deaf.server, async (pass) => {
    await pass(15_000);
    await until(() => deaf.reopened() === 1);
  }, see);
  assert.deepEqual(looks.splice(0), [false]);
  const full = deafServer(listener, { connections: CONNECTIONS_MAX });
  await watching(full.server, (pass) => pass(10_000), see);
  assert.deepEqual(looks.splice(0), [true]);
  const clock = new ManualClock(0);
  const server = await serve(lengthOf, { hostname: HOST, port: 0 }, { log: captureLog(), clock });
  await watching(server, async (pass) => {
    await pass(10_000);
    await until(() => looks.length === 1);
  }, see);
  assert.deepEqual(looks, [true]);
  await server.close();
});

Deno.test("A port whose address has left the host does not count: a new process would have none either", async () => {
  const looks: boolean[] = [];
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  for (const [code, expected] of [["EADDRNOTAVAIL", true], ["EMFILE", false]] as const) {
    const cause = Object.assign(new Error("as the system says"), { code });
    const { server } = deafServer(listener, {
      reopen: () => Promise.reject(new Error("Cannot listen", { cause })),
    });
    await watching(server, async (pass) => {
      await pass(15_000);
      await until(() => looks.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }, (isAccepting) => void looks.push(isAccepting));
    assert.equal(looks.at(-1), expected, code);
    looks.length = 0;
  }
});
