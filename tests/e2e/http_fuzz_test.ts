import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createDeflate, createGzip, createZstdCompress, gzipSync } from "node:zlib";
import { fuzzHttp } from "../../scripts/fuzz_http.ts";
import { agentCommand, agentEnvironment, type SpawnedAgent } from "../../scripts/spawn_agent.ts";
import { makeEvent } from "../support/make_event.ts";
import {
  chunk,
  CHUNKED,
  exchange,
  PING,
  RawHttp,
  sized,
  statuses,
  withAgent,
} from "../support/raw_http.ts";
import { BINARY, flush, metric, post, sandbox, until } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

const MIB = 2 ** 20;
const residentBytes = (agent: SpawnedAgent) => metric(agent, "process_resident_memory_bytes");

const REQUESTS = 5000;
/** `scripts/fuzz_http.ts` runs as many as one likes. */
const SEED = 20261121;

Deno.test(`Of ${REQUESTS} requests, good and wrong in every way, each is answered as it should be, and the lake has what was answered 200, once`, async () => {
  await using box = sandbox();
  const report: string[] = [];
  const { answers, answered, memory, rows, violations } = await fuzzHttp({
    requests: REQUESTS,
    connections: 32,
    seed: SEED,
    directory: box.directory,
    binary: BINARY,
    report: (line) => report.push(line),
  });
  assert.deepEqual(violations, [], report.join("\n"));
  assert.ok(answered > REQUESTS / 2 && rows >= answered, `only ${answered} events were answered`);
  for (const status of ["200", "400", "413"]) assert.ok(answers.has(status), status);
  const grown = memory.at(-1)! - memory[0]!;
  assert.ok(grown < 300 * MIB, `memory grew by ${grown / MIB} MiB`);
});

/** A mebibyte of zeros so many times, compressed. */
async function zeros(mebibytes: number, into: ReturnType<typeof createGzip>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const compressed = (async () => {
    for await (const part of into) parts.push(part);
  })();
  const one = new Uint8Array(1 << 20);
  for (let written = 0; written < mebibytes; written++) {
    await new Promise((done) => into.write(one, done));
  }
  into.end();
  await compressed;
  return Buffer.concat(parts);
}

Deno.test("A gibibyte of zeros, however compressed, is refused with 413 in bounded memory", () =>
  withAgent(async ({ agent }) => {
    const send = async (body: Uint8Array, encoding: string) => {
      const headers = { "content-encoding": encoding };
      const [method, url] = ["POST", `http://127.0.0.1:${agent.port}/`];
      const response = await fetch(url, { method, headers, body: new Uint8Array(body) });
      await response.body?.cancel();
      return response.status;
    };
    const before = await residentBytes(agent);
    const gzip = await zeros(1024, createGzip());
    for (
      const [encoding, body] of [
        ["gzip", gzip],
        ["deflate", await zeros(1024, createDeflate())],
        ["zstd", await zeros(1024, createZstdCompress())],
      ] as const
    ) {
      assert.equal(await send(body, encoding), 413);
      const all = await Promise.all(Array.from({ length: 20 }, () => send(body, encoding)));
      for (const status of all) assert.ok(status === 413 || status === 503, `${status}`);
    }
    // Only the outer layer is taken off; what is inside is no event.
    assert.equal(await send(gzipSync(gzip), "gzip"), 400);
    assert.equal(await send(gzipSync(gzip), "gzip, gzip"), 400);
    const grown = await residentBytes(agent) - before;
    assert.ok(grown < 400 * MIB, `memory grew by ${grown / MIB} MiB`);
  }, { RECEIVER_TIMEOUT: "60s" }));

Deno.test("A storm of the smallest chunks is refused before it costs much", () =>
  withAgent(async (bench) => {
    const before = await residentBytes(bench.agent);
    const chunks = 1_000_000;
    const storm = `${chunk(" ").repeat(chunks)}${chunk(makeEvent(1))}0\r\n\r\n`;
    const answers = exchange(bench, `${CHUNKED}Connection: close\r\n\r\n${storm}`);
    assert.equal(await post(bench.agent, makeEvent(2)), 200);
    assert.deepEqual(statuses(await answers), [413]);
    const grown = await residentBytes(bench.agent) - before;
    assert.ok(grown < 200 * MIB, `memory grew by ${grown / MIB} MiB`);
    assert.deepEqual(await bench.stored(), [2]);
  }, { RECEIVER_TIMEOUT: "60s" }));

Deno.test("A body in 90 000 chunks of a few bytes is taken, and no dearer than its bytes", () =>
  withAgent(async (bench) => {
    const before = await residentBytes(bench.agent);
    const body = chunk("   \n").repeat(90_000) + chunk(makeEvent(1));
    const answers = exchange(bench, `${CHUNKED}Connection: close\r\n\r\n${body}0\r\n\r\n`);
    assert.deepEqual(statuses(await answers), [200]);
    const grown = await residentBytes(bench.agent) - before;
    assert.ok(grown < 100 * MIB, `memory grew by ${grown / MIB} MiB`);
    assert.deepEqual(await bench.stored(), [1]);
  }, { RECEIVER_TIMEOUT: "60s" }));

const CONNECTIONS = 10_000;
/** Open files that a process may have here: Deno raises its own limit to this one. */
const FILES = Number(
  new TextDecoder().decode(
    new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).outputSync().stdout,
  ).replace("unlimited", "Infinity"),
);

testUnless(
  FILES < CONNECTIONS + 1000 ? `only ${FILES} files may be open` : undefined,
  `${CONNECTIONS} idle connections hold no event up, take little memory, and end by themselves`,
  () =>
    withAgent(async ({ agent, connect, stored }) => {
      assert.equal(await post(agent, makeEvent(0)), 200);
      const before = await residentBytes(agent);
      const idle: RawHttp[] = [];
      while (idle.length < CONNECTIONS) {
        idle.push(...await Promise.all(Array.from({ length: 100 }, connect)));
      }
      const ids = Array.from({ length: 200 }, (_, id) => id);
      const times: number[] = [];
      for (const id of ids.slice(1)) {
        const began = performance.now();
        assert.equal(await post(agent, makeEvent(id)), 200);
        times.push(performance.now() - began);
      }
      const median = times.sort((a, b) => a - b)[times.length >> 1]!;
      assert.ok(median < 100, `an event took ${median} ms`);
      const grown = await residentBytes(agent) - before;
      assert.ok(grown < 250 * MIB, `memory grew by ${grown / MIB} MiB`);
      for (const connection of idle) {
        assert.deepEqual(statuses(await connection.rest()), []);
        connection[Symbol.dispose]();
      }
      assert.deepEqual(await stored(), ids);
    }, { RECEIVER_TIMEOUT: "20s" }),
);

Deno.test("An agent that can open no more files goes on with the connections it has, says so a few times, and takes others later", async () => {
  await using box = sandbox();
  const limited = `${box.directory}/limited`;
  const command = agentCommand(BINARY).join(" ");
  Deno.writeTextFileSync(limited, `#!/bin/sh\nulimit -n 256\nexec ${command} "$@"\n`, {
    mode: 0o755,
  });
  const lake = folderLake(`${box.directory}/lake`);
  const environment = {
    ...agentEnvironment(BINARY, box.environment),
    ...lake.environment,
    // Needs another file every few events.
    BUFFER_SEGMENTSIZE: "64KiB",
    RECEIVER_MAXBODYSIZE: "16KiB",
    RECEIVER_MAXDECOMPRESSEDSIZE: "64KiB",
  };
  const agent = await box.start({ binary: limited, environment });
  using kept = await RawHttp.connect(agent.port);
  const taken: string[] = [];
  const events = Array.from(
    { length: 500 },
    (_, id) => makeEvent(id).replace("sh", "s".repeat(1000)),
  );
  const send = async (event: string) => {
    await kept.send(sized(event));
    const answer = await kept.answer();
    if (answer?.status === 200) taken.push(event);
    else assert.equal(answer?.status, 503);
  };
  await send(events[0]!);
  const crowd = await Promise.all(
    Array.from({ length: 400 }, () => RawHttp.connect(agent.port)),
  );
  for (const event of events.slice(1, -1)) await send(event);
  for (const connection of crowd) connection[Symbol.dispose]();
  const last = makeEvent(events.length);
  // On connections of their own: a pooled one would not tell.
  await until(() => answersAnew(agent.port), agent.log);
  await until(async () => await post(agent, last) === 200, agent.log);
  taken.push(last);
  await flush(agent);
  assert.deepEqual((await rowsOf(lake)).map((row) => row["raw_data"]).sort(), taken.sort());
  const lines = agent.log().split("\n").filter((line) => /\[(ERROR|WARN)\]/.test(line));
  assert.ok(lines.some((line) => /too many|connections/i.test(line)), agent.log());
  // Of each kind ten in ten seconds, and a note that there were more.
  assert.ok(lines.length < 50, lines.join("\n"));
});

/** Whether a new connection is answered, in a while. */
async function answersAnew(port: number): Promise<boolean> {
  using connection = await RawHttp.connect(port);
  await connection.send(PING);
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), 5000);
  try {
    return (await Promise.race([connection.answer(), late.promise]))?.status === 200;
  } finally {
    clearTimeout(timer);
  }
}
