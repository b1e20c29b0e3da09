import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { type BodyLimits, BodyReader } from "../../src/receiver/body.ts";
import { ByteBudget } from "../../src/receiver/byte_budget.ts";
import type { Store } from "../../src/receiver/event_intake.ts";
import type { HttpRequest } from "../../src/receiver/http.ts";
import { makeEvent } from "../support/make_event.ts";
import { bytesOf } from "../support/open_buffer.ts";
import { receiver } from "./receiver.ts";

const MIB = 1024 * 1024;
const EVENT = makeEvent(1);
const GZIP = { "content-encoding": "gzip" };

function setup(limits: BodyLimits, store?: Store) {
  return receiver({ limits, ...(store && { store }) });
}

/**
 * A chunked POST that arrives only when `arrived` resolves, or breaks off when it rejects.
 *
 * @param size bytes that it claims to have, to fill a budget without filling the memory
 */
function post(
  body: string | Uint8Array,
  { size, arrived = Promise.resolve(), headers = {} }: {
    size?: number;
    arrived?: Promise<void>;
    headers?: Readonly<Record<string, string>>;
  } = {},
): HttpRequest {
  const bytes = typeof body === "string" ? bytesOf(body) : body;
  return {
    method: "POST",
    target: "/",
    header: (name) => headers[name],
    readBody: async (take) => {
      if (!take(size ?? bytes.length)) return new Uint8Array(0);
      await arrived;
      return bytes;
    },
    discardBody: () => {},
  };
}

Deno.test("ByteBudget gives what it has and takes nothing when it refuses", () => {
  const budget = new ByteBudget(10);
  assert.equal(budget.take(7), true);
  assert.equal(budget.take(4), false);
  assert.equal(budget.take(3), true);
  assert.equal(budget.take(1), false);
  budget.give(7);
  assert.equal(budget.take(8), false);
  assert.equal(budget.take(7), true);
});

Deno.test("BodyReader takes what a body has, decompressed too, and gives all of it back", async () => {
  const limits = { maxbodysize: 1000, maxdecompressedsize: 2000 };
  const zipped = gzipSync("x".repeat(1500));
  const budget = new ByteBudget(10_000);
  /** How much is left, found by taking it. */
  const left = () => {
    let bytes = 0;
    while (budget.take(1)) bytes++;
    budget.give(bytes);
    return bytes;
  };
  const plain = new BodyReader(limits, budget);
  assert.equal((await plain.read(post("y".repeat(700)))).kind, "body");
  assert.equal(left(), 9300);
  const compressed = new BodyReader(limits, budget);
  assert.equal((await compressed.read(post(zipped, { headers: GZIP }))).kind, "body");
  assert.equal(left(), 9300 - zipped.length - 1500);
  plain.release();
  compressed.release();
  assert.equal(left(), 10_000);
});

Deno.test("Bodies that together hold too much get 503, and their successors 200 when one is answered", async () => {
  const { handler } = setup({ maxbodysize: 60 * MIB, maxdecompressedsize: MIB });
  const large = { size: 60 * MIB };
  const arrivals = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = arrivals.map(({ promise }) => handler(post(EVENT, { ...large, arrived: promise })));
  const { status, headers, body } = await handler(post(EVENT, large));
  assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
  assert.equal(body, "Event not stored: too many bytes are being received already\n");
  assert.equal((await handler(post(EVENT))).status, 200, "what still fits is taken");
  arrivals[0]!.resolve();
  assert.equal((await held[0]!).status, 200);
  assert.equal((await handler(post(EVENT, large))).status, 200);
  arrivals[1]!.resolve();
  assert.equal((await held[1]!).status, 200);
});

Deno.test("Many held bodies are held to 128 MiB together", async () => {
  const { handler } = setup({ maxbodysize: MIB, maxdecompressedsize: MIB });
  const arrived = Promise.withResolvers<void>();
  const answers = Array.from(
    { length: 200 },
    () => handler(post(EVENT, { size: MIB, arrived: arrived.promise })),
  );
  arrived.resolve();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual(statuses, [...Array(128).fill(200), ...Array(72).fill(503)]);
});

Deno.test("A request that gets no 200 gives its bytes back all the same", async () => {
  const gone = Promise.reject(new Error("the client went away"));
  gone.catch(() => {});
  const size = 60 * MIB;
  const { handler } = setup(
    { maxbodysize: size, maxdecompressedsize: MIB },
    (payloads) =>
      Promise.resolve(
        payloads.length === 2 ? { kind: "full", reason: "full" } : { kind: "stored" },
      ),
  );
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["gone", () => assert.rejects(handler(post(EVENT, { size, arrived: gone })), /went away/)],
    ["no event", () => handler(post("garbage", { size }))],
    ["bad gzip", () => handler(post("garbage", { size, headers: GZIP }))],
    ["bomb", () => handler(post(gzipSync(new Uint8Array(MIB + 1)), { size, headers: GZIP }))],
    ["unknown", () => handler(post(EVENT, { size, headers: { "content-encoding": "lzma" } }))],
    ["too large", () => handler(post(EVENT, { size: size + 1 }))],
    ["mixed", () => handler(post(`${EVENT}\n{}`, { size }))],
    ["full", () => handler(post(`${EVENT}\n${EVENT}`, { size }))],
  ];
  for (const [name, fail] of ways) {
    // The budget is 128 MiB: three times 60 are too much.
    for (let time = 0; time < 3; time++) await fail();
    assert.equal((await handler(post(EVENT, { size }))).status, 200, name);
  }
});

Deno.test("Compressed bodies are counted with all they may decompress to, and then with what they do", async () => {
  const stored = Promise.withResolvers<{ kind: "stored" }>();
  let waiting = 0;
  const reached: (() => void)[] = [];
  const { handler } = setup({ maxbodysize: MIB, maxdecompressedsize: 60 * MIB }, () => {
    waiting++;
    reached.shift()?.();
    return stored.promise;
  });
  const zipped = () => handler(post(gzipSync(EVENT), { headers: GZIP }));
  // At once: two may grow to 60 MiB within 128, three may not.
  const both = new Promise<void>((resolve) => reached.push(() => {}, resolve));
  const answers = [zipped(), zipped(), zipped()];
  assert.equal((await answers[2]!).status, 503);
  await both;
  // One after the other: they turned out small, so any number fits while none is answered.
  for (let count = 0; count < 5; count++) {
    const one = new Promise<void>((resolve) => reached.push(resolve));
    const answer = zipped();
    answers.push(answer);
    await Promise.race([one, answer.then(({ status }) => assert.equal(status, 200))]);
  }
  assert.equal(waiting, 7);
  stored.resolve({ kind: "stored" });
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual(statuses, [200, 200, 503, 200, 200, 200, 200, 200]);
});

Deno.test("A single body within its limits always fits, however large those are", async () => {
  const { handler } = setup({ maxbodysize: 100 * MIB, maxdecompressedsize: 100 * MIB });
  const body = post(gzipSync(EVENT), { size: 100 * MIB, headers: GZIP });
  assert.equal((await handler(body)).status, 200);
});

Deno.test("An event above maxbodysize in a large compressed body is refused with its line, the others stored", async () => {
  const { handler, stored } = setup({ maxbodysize: 1000, maxdecompressedsize: 100_000 });
  const sized = (bytes: number) => {
    const event = JSON.stringify({ ...JSON.parse(EVENT), output: "" });
    return event.replace('"output":""', `"output":"${"x".repeat(bytes - event.length)}"`);
  };
  const [fits, large] = [sized(1000), sized(1001)];
  const body = gzipSync(`${EVENT}\n${fits}\n${large}\n${EVENT}\n`);
  assert.equal(
    (await handler(post(body, { headers: GZIP }))).body,
    [
      "Please send a valid request body: stored 3 events, refused 1, the first at line 3: ",
      "an event of 1001 bytes, and receiver.maxbodysize is 1000\n",
    ].join(""),
  );
  assert.deepEqual(stored, [EVENT, fits, EVENT]);
  const alone = await handler(post(gzipSync(large), { headers: GZIP }));
  assert.equal(alone.status, 400);
  assert.equal(stored.length, 3);
});

Deno.test("Values of labels are cut after 256 characters, and what is equal then is one series", async () => {
  const { handler, metrics } = setup({ maxbodysize: MIB, maxdecompressedsize: MIB });
  const withRule = (rule: string) => JSON.stringify({ ...JSON.parse(EVENT), rule });
  for (const rest of ["", "a", "b".repeat(10_000)]) {
    await handler(post(withRule("r".repeat(256) + rest)));
  }
  await handler(post(withRule("r".repeat(255))));
  const lines = (await metrics.scrape()).text.split("\n").filter((line) => line.includes("rule="));
  const values = lines.map((line) => /rule="(r+)".* (\d+)$/.exec(line)!.slice(1));
  assert.deepEqual(values, [["r".repeat(256), "3"], ["r".repeat(255), "1"]]);
});

Deno.test("A body of 2000 events lets others have their turn before it is answered", async () => {
  const { handler, stored } = setup({ maxbodysize: MIB, maxdecompressedsize: MIB });
  const order: string[] = [];
  const turn = new Promise<void>((resolve) =>
    setTimeout(() => {
      order.push("turn");
      resolve();
    }, 0)
  );
  const body = Buffer.from(`${EVENT}\n`.repeat(2000));
  const answer = handler(post(body)).then(({ status }) => order.push(String(status)));
  await Promise.all([turn, answer]);
  assert.deepEqual(order, ["turn", "200"]);
  assert.equal(stored.length, 2000);
});
