import assert from "node:assert/strict";
import { describeAwsError } from "../../src/lake/aws_error.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { bucketConfig } from "../support/aws.ts";
import { fakeS3 } from "../support/fake_s3.ts";
import { ManualClock } from "../support/manual_clock.ts";

const never = new AbortController().signal;
const MIB = 1024 * 1024;
/** Far more than sockets take without anybody who reads. From 2 MiB on the SDK asks first. */
const LARGE = new Uint8Array(16 * MIB);
const ANSWER = 'HTTP/1.1 200 OK\r\netag: "x"\r\ncontent-length: 0\r\n\r\n';
const GO_ON = "HTTP/1.1 100 Continue\r\n\r\n";

/** A server that does with each connection what it is told. */
function rawServer(serve: (connection: Deno.TcpConn) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      try {
        await serve(connection);
      } finally {
        connection.close();
      }
    }
  })();
  return {
    aws: bucketConfig(`http://127.0.0.1:${listener.addr.port}`).aws,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await serving;
    },
  };
}

const write = async (connection: Deno.TcpConn, text: string) => {
  await connection.write(new TextEncoder().encode(text));
};
/** Reads until the client goes. @param read called with how much has come after each piece */
async function drain(connection: Deno.TcpConn, read: (bytes: number) => Promise<void>) {
  const piece = new Uint8Array(MIB);
  let bytes = 0;
  for (;;) {
    const count = await connection.read(piece);
    if (count === null) return bytes;
    bytes += count;
    await read(bytes);
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds that a put took to fail with this. */
async function refusedAfter(put: Promise<void>, text: RegExp): Promise<number> {
  const began = performance.now();
  await assert.rejects(put, (error) => {
    assert.equal(describeAwsError(error).class, "network");
    assert.match(describeAwsError(error).text, text);
    return true;
  });
  return performance.now() - began;
}

Deno.test("An upload that nobody reads is given up when it has been idle, and its connection closed", async () => {
  const closed = Promise.withResolvers<number>();
  await using server = rawServer(async (connection) => {
    const piece = new Uint8Array(4096);
    await connection.read(piece);
    await write(connection, GO_ON);
    // The client is gone when what it left in the buffers has an end.
    await pause(1_500);
    closed.resolve(await drain(connection, () => Promise.resolve()));
  });
  const store = await s3Store(server.aws, {
    timeouts: { connection: 1_000, idle: 500, total: 60_000 },
  });
  const took = await refusedAfter(store.put("a", LARGE, never), /no byte has moved for 0\.5 s/);
  assert.ok(took < 30_000, `${took} ms: not the total`);
  assert.ok(await closed.promise < LARGE.length);
});

Deno.test("An upload that is slow but moves goes on for longer than it may be idle", async () => {
  const body = new Uint8Array(48 * MIB);
  // Time goes on with what is read, however slow the machine is.
  const clock = new ManualClock(Date.now());
  await using server = rawServer(async (connection) => {
    let [isAsked, isAnswered] = [false, false];
    await drain(connection, async (bytes) => {
      if (!isAsked) await write(connection, GO_ON);
      isAsked = true;
      // 50 ms for a MiB, of which the system keeps some between the two ends.
      const wanted = 50 * Math.floor(bytes / MIB) - clock.monotonic();
      if (wanted > 0) await clock.advance(wanted, () => Promise.resolve());
      if (isAnswered || bytes <= body.length) return;
      isAnswered = true;
      await write(connection, ANSWER);
    });
  });
  const store = await s3Store(server.aws, {
    clock,
    timeouts: { connection: 1_000, idle: 1_500, total: 60_000 },
  });
  await store.put("a", body, never);
  assert.ok(clock.monotonic() > 2_000, "too fast to show anything");
});

Deno.test("An upload without an answer is given up when it has been idle", async () => {
  for (const size of [10, MIB]) {
    await using server = rawServer(async (connection) => {
      await drain(connection, () => Promise.resolve());
    });
    const store = await s3Store(server.aws, {
      timeouts: { connection: 1_000, idle: 300, total: 60_000 },
    });
    const put = store.put("a", new Uint8Array(size), never);
    assert.ok(await refusedAfter(put, /no byte has moved for 0\.3 s/) < 3_000);
  }
});

Deno.test("An answer that never ends is given up when its time is over, though it moves", async () => {
  await using server = rawServer(async (connection) => {
    await connection.read(new Uint8Array(4096));
    await write(connection, 'HTTP/1.1 200 OK\r\netag: "x"\r\ncontent-length: 1000000\r\n\r\n');
    try {
      for (;;) {
        await write(connection, " ");
        await pause(50);
      }
    } catch (error) {
      // The client has closed it, as it should.
      if (
        !(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset)
      ) {
        throw error;
      }
    }
  });
  const store = await s3Store(server.aws, {
    timeouts: { connection: 1_000, idle: 500, total: 1_000 },
  });
  const put = store.put("a", new Uint8Array(10), never);
  await refusedAfter(put, /not done in 1 s/);
});

Deno.test("A store that does not say 100 Continue gets its body all the same", async () => {
  await using server = rawServer(async (connection) => {
    let isAnswered = false;
    await drain(connection, async (bytes) => {
      if (isAnswered || bytes <= 3 * MIB) return;
      isAnswered = true;
      await write(connection, ANSWER);
    });
  });
  const store = await s3Store(server.aws);
  await store.put("a", new Uint8Array(3 * MIB), never);
});

Deno.test("An answer of any length is read to 8 MiB, and no further", async () => {
  await using server = fakeS3(() =>
    new Response(new Uint8Array(9 * MIB), { headers: { etag: "x" } })
  );
  const store = await s3Store(bucketConfig(server.endpoint).aws);
  await assert.rejects(
    store.put("a", new Uint8Array(10), never),
    /the answer has more than 8388608 bytes/,
  );
});
