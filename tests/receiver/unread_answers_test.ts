import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { UnreadAnswers } from "../../src/receiver/unread_answers.ts";

const MIB = 2 ** 20;
const LARGE = 16 * MIB;

/** Requests whose answers are the test's, over connections that it may break. */
async function setup() {
  const asked: ServerResponse[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = createServer((_incoming, outgoing) => {
    asked.push(outgoing);
    arrived.resolve();
  });
  Object.assign(server, { httpAllowHalfOpen: true }); // as the receiver's
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    unread: new UnreadAnswers(),
    connect: async (): Promise<Socket> => {
      const client = connect(port, "127.0.0.1");
      await once(client, "connect");
      return client;
    },
    /** @returns the answers to so many requests that are sent at once */
    ask: async (client: Socket, requests = 1): Promise<ServerResponse[]> => {
      client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(requests));
      while (asked.length < requests) {
        await arrived.promise;
        arrived = Promise.withResolvers();
      }
      return asked.splice(0);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Breaks the connection; resolves when the server knows. */
async function goAway(client: Socket, { req: { socket } }: ServerResponse): Promise<void> {
  const gone = Promise.withResolvers<void>();
  socket.once("close", () => gone.resolve());
  client.resetAndDestroy();
  await gone.promise;
}

Deno.test("Answers that nobody reads have 32 MiB together, until the client is gone", async () => {
  const { unread, connect, ask, close } = await setup();
  const [client, other] = [await connect(), await connect()];
  const [first, second] = await ask(client, 2);
  const [third] = await ask(other);
  assert.ok(unread.take(LARGE, first!));
  assert.ok(unread.take(LARGE, second!));
  assert.ok(!unread.take(4097, third!));
  assert.ok(unread.take(4096, third!), "small ones are not counted");
  await goAway(client, first!);
  assert.ok(unread.take(2 * LARGE, third!));
  other.destroy();
  await close();
});

Deno.test("What has been sent is counted no longer, on a connection that stays", async () => {
  const { unread, connect, ask, close } = await setup();
  const client = await connect();
  client.resume();
  for (let at = 0; at < 40; at++) {
    const [answer] = await ask(client);
    assert.ok(unread.take(MIB, answer!), `answer ${at}`);
    assert.ok(answer!.req.socket.listenerCount("close") < 10, "one listener for all its answers");
    const sent = once(answer!, "finish");
    answer!.end(new Uint8Array(MIB));
    await sent;
  }
  client.destroy();
  await close();
});

Deno.test("Who is gone before the answer is ready takes no room", async () => {
  const { unread, connect, ask, close } = await setup();
  for (let at = 0; at < 3; at++) {
    const client = await connect();
    const [answer] = await ask(client);
    await goAway(client, answer!);
    assert.ok(unread.take(LARGE, answer!), `answer ${at}`);
    answer!.end(new Uint8Array(1));
  }
  await close();
});
