/** Run by closed_sockets_test.ts: prints how much the heap has grown by connections of some kinds. */
import { memoryUsage, stdout } from "node:process";
import { systemClock } from "../../src/platform/clock.ts";
import { serve } from "../../src/receiver/server.ts";
import { captureLog } from "../support/capture_log.ts";

const REQUESTS: Readonly<Record<string, string>> = {
  closed: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  malformed: "GARBAGE\r\n\r\n",
  refused: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nContent-Length: 11\r\n\r\n",
};

const { gc } = globalThis as typeof globalThis & { gc(): void };
const server = await serve(
  (request) => {
    request.discardBody();
    return Promise.resolve({ status: 200, headers: {}, body: "x" });
  },
  { hostname: "127.0.0.1", port: 0 },
  { log: captureLog(), clock: systemClock },
);

async function connect(count: number, text: string): Promise<void> {
  const [bytes, buffer] = [new TextEncoder().encode(text), new Uint8Array(1000)];
  for (let at = 0; at < count; at++) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await connection.write(bytes);
    while (await connection.read(buffer) !== null);
  }
}

/** After what is garbage has gone. */
async function heapUsed(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    gc();
  }
  return memoryUsage().heapUsed;
}

const grown: Record<string, number> = {};
for (const [kind, text] of Object.entries(REQUESTS)) {
  await connect(300, text);
  const before = await heapUsed();
  await connect(Number(Deno.args[0]), text);
  grown[kind] = await heapUsed() - before;
}
stdout.write(JSON.stringify(grown));
await server.close();
