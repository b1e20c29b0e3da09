import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Priority } from "../../src/event/priority.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import type { HttpRequest } from "../../src/receiver/http.ts";
import { RejectedRequests } from "../../src/receiver/rejected.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { captureLog } from "../support/capture_log.ts";
import { makeEvent } from "../support/make_event.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { noSpace, unreadable } from "../support/memory_faults.ts";
import { bytesOf, textOf } from "../support/open_buffer.ts";
import { sandbox } from "../support/sandbox.ts";
import { bodyText, receiver } from "./receiver.ts";
import { post, request } from "./request.ts";

const MIB = 1024 * 1024;
const DIRECTORY = "/buffer/rejected";
const EVENT = makeEvent(1);
const GZIP = { "content-encoding": "gzip" };

/** A disk with a buffer's folder, which is not the receiver's to make. */
function bufferDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.write("/buffer/lock", new Uint8Array(0));
  return disk;
}

const newClock = () => new ManualClock(Date.UTC(2026, 10, 21, 12));
const pass = (clock: ManualClock, milliseconds: number) =>
  clock.advance(milliseconds, () => Promise.resolve());

interface Options {
  readonly disk?: MemoryDisk;
  readonly clock?: ManualClock;
  readonly outcome?: { kind: string; reason: string };
  readonly minimum?: Priority;
  readonly maxbodysize?: number;
}

function setup(options: Options = {}) {
  const { disk = bufferDisk(), clock = newClock(), maxbodysize = 4 * MIB } = options;
  const { outcome, minimum } = options;
  const { handler, stored, log, metrics } = receiver({
    disk,
    clock,
    rejected: DIRECTORY,
    limits: { maxbodysize, maxdecompressedsize: 32 * MIB },
    wanted: { minimumPriority: minimum },
    ...(outcome && { store: () => Promise.resolve(outcome) }),
  });
  return {
    disk,
    clock,
    stored,
    log,
    /** Status of the answer; a second and a bit passes after it, for the next one to be kept. */
    send: async (request: HttpRequest) => {
      const { status } = await handler(request);
      await pass(clock, 1001);
      return status;
    },
    handler,
    /** What is kept, oldest first. */
    kept: () => disk.names(DIRECTORY).map((name) => textOf(disk.read(`${DIRECTORY}/${name}`))),
    /** How many bodies were kept and how many were not, as /metrics says. */
    counted: () => countedBy(metrics),
  };
}

async function countedBy(metrics: Metrics): Promise<[number, number]> {
  const { text } = await metrics.scrape();
  const count = (kept: boolean) => {
    const line = `falco_lake_rejected_bodies_total{kept="${kept}"} `;
    assert.ok(text.includes(line), text);
    return Number(text.split(line)[1]!.split("\n")[0]);
  };
  return [count(true), count(false)];
}

Deno.test("A body that is refused with 400 is kept: as it came, or unpacked where that is known how", async () => {
  const bodies: readonly (readonly [HttpRequest, string | Uint8Array])[] = [
    [post(" garbage\n"), " garbage\n"],
    [post("null"), "null"],
    [post("[]"), "[]"],
    [post('[{"rule":"x"}, 1]'), '[{"rule":"x"}, 1]'],
    [post("{}\n\n{}\n"), "{}\n\n{}\n"],
    [post(`\ufeff${EVENT}`), `\ufeff${EVENT}`],
    [post(Uint8Array.of(0xff, 0x00, 0x80)), Uint8Array.of(0xff, 0x00, 0x80)],
    [post(gzipSync("{}"), GZIP), "{}"],
    [post("no gzip", GZIP), "no gzip"],
    [post(EVENT, { "content-encoding": "lzma" }), EVENT],
  ];
  for (const [body, expected] of bodies) {
    const { disk, send, counted } = setup();
    assert.equal(await send(body), 400);
    const names = disk.names(DIRECTORY);
    assert.deepEqual(names, ["20261121T120000.000Z-000001.body"]);
    const bytes = typeof expected === "string" ? bytesOf(expected) : expected;
    assert.deepEqual(disk.read(`${DIRECTORY}/${names[0]}`), bytes);
    assert.deepEqual(await counted(), [1, 0]);
  }
});

Deno.test("Nothing is kept, nor counted, of what has no body or is answered other than 400", async () => {
  const bodies: readonly (readonly [number, HttpRequest, Options?])[] = [
    [200, post(EVENT)],
    [400, post("")],
    [400, post(" \r\n\t")],
    [400, post(gzipSync(""), GZIP)],
    [400, post("", { "content-encoding": "lzma" })],
    [400, request("PUT", "/", "{}")],
    [413, post("x".repeat(1001)), { maxbodysize: 1000 }],
    [413, post([new Uint8Array(600), new Uint8Array(600)]), { maxbodysize: 1000 }],
    [413, post(gzipSync("x".repeat(32 * MIB + 1)), GZIP)],
    [503, post(`${EVENT}\n{}`), { outcome: { kind: "full", reason: "full" } }],
    [400, post(`[${EVENT},]`)], // what is refused is an empty place
  ];
  for (const [expected, body, options] of bodies) {
    const { disk, log, send, counted } = setup(options);
    assert.equal(await send(body), expected);
    assert.deepEqual(disk.trace, []);
    assert.deepEqual(await counted(), [0, 0]);
    assert.doesNotMatch(log.join(), /kept/);
  }
});

Deno.test("Of a body with good and bad ones the bad ones are kept, one a line", async () => {
  const bodies: readonly (readonly [string, string])[] = [
    [`{}\n${EVENT}\n  {"rule": 5} \n`, '{}\n{"rule": 5}\n'],
    [`[{},${EVENT},,[1]]`, "{}\n[1]\n"],
    [`{}${EVENT}{}`, "{}\n{}\n"],
    [`${EVENT}\n{"unfinished\n${EVENT}`, '{"unfinished\n'],
    [`${EVENT}garbage`, "garbage\n"],
    [`${EVENT}\n{\n"rule": 5\n}`, '{\n"rule": 5\n}\n'],
  ];
  for (const [body, expected] of bodies) {
    const { stored, send, kept } = setup();
    assert.equal(await send(post(body)), 400);
    assert.deepEqual(new Set(stored), new Set([EVENT]));
    assert.deepEqual(kept(), [expected]);
  }
});

Deno.test("An event below the minimum priority is a good one: only the bad ones are kept", async () => {
  const { stored, send, kept } = setup({ minimum: "Emergency" });
  assert.equal(await send(post(`${EVENT}\n{}`)), 400);
  assert.deepEqual([stored, kept()], [[], ["{}\n"]]);
});

Deno.test("Whatever is mixed, each event is stored or kept, and a replay stores nothing again", async () => {
  const bad = fc.constantFrom("{}", '{"rule":"x"}', '{"priority":"Error","time":5}', '{"a":"}"}');
  const body = fc.record({
    events: fc.array(fc.oneof(bad, fc.nat(999).map((id) => makeEvent(id))), { minLength: 2 }),
    separator: fc.constantFrom("\n", "", ",", "\r\n\n"),
  });
  await fc.assert(fc.asyncProperty(body, async ({ events, separator }) => {
    const { stored, send, kept } = setup();
    const joined = events.join(separator);
    await send(post(separator === "," ? `[${joined}]` : joined));
    const isGood = (event: string) => event.includes("output_fields");
    assert.deepEqual(stored, events.filter(isGood));
    const refused = events.filter((event) => !isGood(event));
    assert.equal(kept().length, refused.length > 0 ? 1 : 0);
    if (refused.length === 0) return;
    if (refused.length < events.length) assert.equal(kept()[0], `${refused.join("\n")}\n`);
    const again = setup();
    assert.equal(await again.send(post(kept()[0]!)), 400);
    assert.deepEqual(again.stored, []);
  }));
});

Deno.test("The log names the file of a refused body, and the client is not told", async () => {
  const { handler, log } = setup();
  const { body } = await handler(post("null"));
  assert.equal(body, "Please send a valid request body\n");
  const mixed = await handler(post(`${EVENT}\n{}`));
  assert.doesNotMatch(bodyText(mixed), /rejected/);
  assert.deepEqual(log, [
    "WARN Receiver - request refused with 400: not a JSON object; " +
    `kept as ${DIRECTORY}/20261121T120000.000Z-000001.body`,
    "WARN Receiver - request refused with 400: stored 1 events, refused 1, the first at line 2: " +
    `rule is missing or empty; kept as ${DIRECTORY}/20261121T120000.000Z-000002.body`,
  ]);
});

Deno.test("The folder has at most 1 000 files, the newest, through restarts", async () => {
  const disk = bufferDisk();
  const clock = newClock();
  let run = setup({ disk, clock });
  for (let id = 1; id <= 2300; id++) {
    if (id % 700 === 0) run = setup({ disk, clock });
    assert.equal(await run.send(post(`bad ${id}`)), 400);
    assert.equal(disk.names(DIRECTORY).length, Math.min(id, 1000));
  }
  assert.deepEqual(run.kept(), Array.from({ length: 1000 }, (_, at) => `bad ${at + 1301}`));
});

Deno.test("The folder has at most 16 MiB, the newest bodies that fit, through restarts", async () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 1, max: 2 * MIB }),
    fc.integer({ min: 3 * MIB, max: 4 * MIB }),
    fc.constant(4 * MIB),
    fc.constant(4 * MIB + 1),
  );
  const steps = fc.array(fc.record({ size, restart: fc.boolean() }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const disk = bufferDisk();
      await disk.makeDirectory(DIRECTORY);
      const clock = newClock();
      const limits = { disk, clock, maxbodysize: 8 * MIB };
      let run = setup(limits);
      const sizes: number[] = [];
      for (const { size, restart } of steps) {
        if (restart) run = setup(limits);
        await run.send(post(new Uint8Array(size).fill(0x78)));
        if (size <= 4 * MIB) sizes.push(size);
        let total = 0;
        const first = sizes.findLastIndex((size) => (total += size) > 16 * MIB);
        const found = disk.list(DIRECTORY).toSorted((a, b) => a.name < b.name ? -1 : 1);
        assert.deepEqual(found.map(({ size }) => size), sizes.slice(first + 1));
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("After a restart the numbers go on and tell the age, even if the clock was set back", async () => {
  const disk = bufferDisk();
  const clock = newClock();
  const before = setup({ disk, clock });
  for (let id = 1; id <= 999; id++) await before.send(post(`before ${id}`));
  clock.jump(Date.UTC(2020, 0, 1) - clock.now());
  for (let id = 1; id <= 500; id++) {
    if (id % 100 === 0) clock.jump(Date.UTC(2020, 0, 1) - clock.now()); // each run has the same time
    const { send } = setup({ disk, clock });
    await send(post(`after ${id}`));
  }
  const texts = setup({ disk, clock }).kept();
  assert.equal(texts.length, 1000);
  assert.equal(texts.filter((text) => text.startsWith("after")).length, 500);
});

Deno.test("Other files in the folder are neither counted nor removed", async () => {
  const disk = bufferDisk();
  disk.write(`${DIRECTORY}/notes.txt`, new Uint8Array(20 * MIB));
  const { send, kept } = setup({ disk });
  for (let id = 0; id < 1010; id++) await send(post("{}"));
  assert.equal(kept().length, 1001);
  assert.ok(disk.names(DIRECTORY).includes("notes.txt"));
});

Deno.test("An event above receiver.maxbodysize in a compressed body is kept, up to 4 MiB", async () => {
  const sized = (bytes: number) =>
    JSON.stringify({ ...JSON.parse(EVENT), output: "x".repeat(bytes) });
  const [large, huge] = [sized(2 * MIB), sized(5 * MIB)];
  const { send, kept, log, stored, counted } = setup({ maxbodysize: MIB });
  assert.equal(await send(post(gzipSync(large), GZIP)), 400);
  assert.equal(await send(post(gzipSync(`${large}\n${EVENT}\n{}`), GZIP)), 400);
  assert.deepEqual(kept(), [large, `${large}\n{}\n`]);
  assert.equal(await send(post(gzipSync(huge), GZIP)), 400);
  assert.equal(await send(post(gzipSync(`${huge}\n${EVENT}\n{}`), GZIP)), 400);
  assert.equal(kept().length, 2);
  assert.match(log[2]!, /; not kept: 52\d{5} bytes, more than 4194304$/);
  assert.match(log[3]!, /; not kept: more than 4194304 bytes$/);
  assert.deepEqual(stored, [EVENT, EVENT]);
  assert.deepEqual(await counted(), [2, 2]);
});

Deno.test("A flood is at most 20 files in any second; the rest is counted", async () => {
  const { handler, clock, disk, counted } = setup();
  const created = new Map<string, number>();
  for (let at = 0; at < 5000; at++) {
    assert.equal((await handler(post("{}"))).status, 400);
    for (const name of disk.names(DIRECTORY)) {
      if (!created.has(name)) created.set(name, clock.monotonic());
    }
    await pass(clock, 1); // 1 000 requests a second
  }
  const times = [...created.values()];
  times.slice(20).forEach((time, at) => assert.ok(time - times[at]! >= 1000));
  assert.equal(times.length, 100);
  assert.deepEqual(await counted(), [100, 4900]);
});

Deno.test("A flood is at most 4 MiB in any second", async () => {
  const { handler, clock, kept, log } = setup();
  const large = () => handler(post(new Uint8Array(3 * MIB).fill(0x78)));
  await large();
  await pass(clock, 999);
  assert.equal((await large()).status, 400);
  await handler(post("small"));
  assert.deepEqual(kept().map(({ length }) => length), [3 * MIB, 5]);
  assert.match(log[1]!, /; not kept: too many in a second$/);
  await pass(clock, 1);
  await large();
  assert.equal(kept().length, 3);
});

Deno.test("A thousand requests at once, before the folder is there, share one look at it", async () => {
  const { handler, disk, kept, counted } = setup();
  let made = 0;
  const makeDirectory = disk.makeDirectory.bind(disk);
  disk.makeDirectory = async (path) => {
    if (path === DIRECTORY) made++;
    await new Promise((resolve) => setTimeout(resolve, 0));
    await makeDirectory(path);
  };
  const answers = Array.from({ length: 1000 }, (_, id) => handler(post(`bad ${id}`)));
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([400]));
  assert.equal(made, 1);
  assert.deepEqual(kept(), Array.from({ length: 20 }, (_, id) => `bad ${id}`));
  assert.deepEqual(await counted(), [20, 980]);
});

Deno.test("A disk that fails changes no answer; it is named once, let be for 10 s, and then used again", async () => {
  const faults = ["create", "append", "truncate", "list", "makeDirectory"] as const;
  for (const fault of faults) {
    const { handler, disk, clock, kept, log, counted } = setup();
    const answer = await setup().handler(post("{}"));
    disk.failNext(fault, noSpace());
    assert.deepEqual(await handler(post("{}")), answer, fault);
    assert.deepEqual(kept(), [], "no half of it");
    const { length } = disk.trace;
    await pass(clock, 9_999);
    assert.deepEqual(await handler(post("{}")), answer);
    assert.equal(disk.trace.length, length, "not tried");
    await pass(clock, 1);
    assert.deepEqual(await handler(post("last")), answer);
    assert.deepEqual(kept(), ["last"]);
    assert.deepEqual(await counted(), [1, 2]);
    const lines = log.filter((line) => !line.includes("refused with 400"));
    assert.equal(lines.length, 2);
    assert.match(
      lines[0]!,
      /^WARN Receiver - cannot keep refused requests in \/buffer\/rejected, trying again after 10 s: .*os error/,
    );
    assert.equal(lines[1], "INFO Receiver - keeps refused requests again");
    const notKept = log.filter((line) => /; not kept: .*\(os error \d+\)$/.test(line));
    assert.equal(notKept.length, 2);
  }
});

Deno.test("A disk that goes on failing is named once per cause", async () => {
  const { handler, disk, clock, log } = setup();
  const fail = async (error: Error) => {
    disk.failNext("create", error);
    await handler(post("{}"));
    await pass(clock, 10_000);
  };
  for (let id = 0; id < 5; id++) await fail(new Error(`Read-only (os error 30): open '/${id}'`));
  for (let id = 0; id < 5; id++) await fail(new Error(`Broken (os error 5): open '/${id}'`));
  const lines = log.filter((line) => line.includes("cannot keep"));
  assert.equal(lines.length, 2);
});

Deno.test("The last 256 KiB of a disk are left to the buffer", async () => {
  const disk = bufferDisk();
  disk.capacity = 10 * MIB;
  const { send, clock, kept, counted } = setup({ disk });
  disk.fill(256 * 1024 + 1);
  assert.equal(await send(post("xx")), 400);
  assert.deepEqual(kept(), []);
  assert.equal(disk.free, 256 * 1024 + 1);
  await pass(clock, 10_000);
  assert.equal(await send(post("x")), 400);
  assert.deepEqual(kept(), ["x"]);
  assert.equal(disk.free, 256 * 1024);
  assert.equal(await send(post("{}")), 400);
  assert.equal(disk.free, 256 * 1024);
  assert.deepEqual(await counted(), [1, 2]);
});

Deno.test("A half file that cannot be removed is counted among the others, and goes as the oldest", async () => {
  const { send, disk, clock, kept } = setup();
  disk.failNext("append", noSpace());
  disk.failNext("remove", unreadable());
  await send(post("half"));
  await pass(clock, 10_000);
  for (let id = 0; id < 1000; id++) await send(post(`bad ${id}`));
  assert.deepEqual(kept(), Array.from({ length: 1000 }, (_, id) => `bad ${id}`));
});

Deno.test("Bodies that somebody takes out of the folder make no difference", async () => {
  const { send, disk, kept } = setup();
  for (let id = 0; id < 1000; id++) await send(post(`bad ${id}`));
  for (const name of disk.names(DIRECTORY)) disk.remove(`${DIRECTORY}/${name}`);
  for (let id = 0; id < 1500; id++) await send(post(`new ${id}`));
  assert.deepEqual(kept(), Array.from({ length: 1000 }, (_, id) => `new ${id + 500}`));
});

Deno.test("A folder that is removed is made again; not so the one around it, which is the buffer's", async () => {
  await using box = sandbox();
  const buffer = `${box.directory}/buffer`;
  const clock = newClock();
  const log = captureLog();
  const metrics = new Metrics(() => undefined);
  const dependencies = { disk: systemDisk, clock, log, metrics };
  const rejected = new RejectedRequests(`${buffer}/rejected`, dependencies);
  assert.match(await rejected.keep(bytesOf("a")), /^not kept: .*\(os error 2\)/);
  assert.throws(() => Deno.statSync(buffer), Deno.errors.NotFound);

  Deno.mkdirSync(buffer);
  await pass(clock, 10_000);
  const path = `${buffer}/rejected/20261121T120010.000Z-000001.body`;
  assert.equal(await rejected.keep(bytesOf("a")), `kept as ${path}`);
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
  assert.equal(Deno.statSync(`${buffer}/rejected`).mode! & 0o777, 0o700);
  Deno.removeSync(`${buffer}/rejected`, { recursive: true });
  assert.match(await rejected.keep(bytesOf("b")), /^kept as .*-000003\.body$/);
  assert.deepEqual([...Deno.readDirSync(`${buffer}/rejected`)].length, 1);

  Deno.renameSync(buffer, `${box.directory}/moved`);
  assert.match(await rejected.keep(bytesOf("c")), /^not kept: .*\(os error 2\)/);
  assert.throws(() => Deno.statSync(buffer), Deno.errors.NotFound);
  assert.deepEqual(await countedBy(metrics), [2, 2]);
});

Deno.test("The refused ones of a mixed body are held within the budget of all requests", async () => {
  const { handler, log, kept, clock } = setup({ maxbodysize: 60 * MIB });
  const budget = 128 * MIB;
  const bytes = bytesOf(`${EVENT}\n{}\n{}\n{}`);
  /** A body that claims a size, to fill a budget without filling the memory. */
  const mixed = (size: number): HttpRequest => ({
    ...post([]),
    readBody: (take) => Promise.resolve(take(size) ? bytes : new Uint8Array(0)),
  });
  const arrived = Promise.withResolvers<Uint8Array>();
  const held = [1, 2].map(() =>
    handler({ ...post([]), readBody: (take) => (take(60 * MIB), arrived.promise) })
  );
  const left = budget - 120 * MIB;
  assert.equal((await handler(mixed(left - 11))).status, 400);
  assert.match(log[0]!, /; not kept: too many bytes are being received already$/);
  // And what they took is given back.
  for (let time = 0; time < 3; time++) {
    await pass(clock, 1001);
    assert.equal((await handler(mixed(left - 12))).status, 400);
  }
  assert.deepEqual(kept(), Array(3).fill("{}\n{}\n{}\n"));
  arrived.resolve(bytesOf(EVENT));
  for (const answer of held) assert.equal((await answer).status, 200);
});

Deno.test("Of a body of a hundred thousand bad ones each is kept", async () => {
  const { handler, kept } = setup();
  const body = `[${EVENT},${"1,".repeat(100_000)}1]`;
  assert.equal((await handler(post(body))).status, 400);
  assert.equal(kept()[0], "1\n".repeat(100_001));
});
