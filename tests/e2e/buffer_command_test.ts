import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { makeEvent } from "../support/make_event.ts";
import { post, type Sandbox, sandbox } from "../support/sandbox.ts";
import { folderLake, rowsOf } from "../support/test_lake.ts";

/** Small segments, so that many come and go. */
const SEGMENTS = { BUFFER_SEGMENTSIZE: "64KiB", RECEIVER_MAXBODYSIZE: "16KiB" };
const ROUNDS = 6;
const PREFIX =
  /^\{"sequence":(\d+),"received":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","event":(.*)\}$/;

/** `buffer COMMAND` on the sandbox's buffer, which gives its JSON as in a pipe. */
const buffer = (box: Sandbox, ...args: string[]) =>
  box.run(["buffer", ...args], { environment: box.environment });

const parsed = (stdout: string) => stdout.trimEnd().split("\n").map((line) => JSON.parse(line));

/** Sequences and events of `buffer cat`, the events as they were received. */
const printed = (stdout: string): [sequence: number, event: string][] =>
  stdout.split("\n").filter((line) => line !== "").map((line) => {
    const match = PREFIX.exec(line);
    assert.ok(match, line);
    return [Number(match[1]), match[2]!];
  });

/** All that looking must not change: names, sizes, times, contents. */
function snapshot(directory: string): unknown[] {
  return [...Deno.readDirSync(directory)].sort((a, b) => a.name < b.name ? -1 : 1).map(
    ({ name, isDirectory }) => {
      const path = `${directory}/${name}`;
      const { size, mtime, mode, ino } = Deno.statSync(path);
      const content = isDirectory ? snapshot(path) : crc32(Deno.readFileSync(path));
      return [name, size, mtime?.getTime(), mode, ino, content];
    },
  );
}

/** A buffer with five segments of which nothing was shipped, whose agent got a SIGKILL. */
async function deadBuffer(box: Sandbox): Promise<{ directory: string; events: string[] }> {
  const environment = { ...box.environment, ...SEGMENTS, LAKE_DIRECTORY: `${box.directory}/lake` };
  const agent = await box.start({ environment });
  const events: string[] = [];
  for (let request = 0; request < 20; request++) {
    const some = Array.from({ length: 60 }, (_, id) => makeEvent(request * 60 + id));
    assert.equal(await post(agent, some.join("\n")), 200);
    events.push(...some);
  }
  assert.equal(await post(agent, "{"), 400);
  await agent.kill();
  return { directory: `${box.directory}/buffer`, events };
}

Deno.test("While an agent stores and ships, its buffer can be listed, read and verified", async () => {
  await using box = sandbox();
  const lake = folderLake(`${box.directory}/lake`);
  const environment = { ...box.environment, ...SEGMENTS, ...lake.environment };
  const agent = await box.start({ environment });
  const sent = new Set<string>();
  let over = false;
  const client = async (number: number) => {
    for (let request = 0; !over; request++) {
      const some = Array.from(
        { length: 20 },
        (_, id) => makeEvent(number * 1e6 + request * 20 + id),
      );
      for (const event of some) sent.add(event);
      assert.equal(await post(agent, some.join("\n")), 200);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const clients = [1, 2, 3].map(client);
  const flushing = setInterval(() => agent.signal("SIGUSR2"), 100);
  let seen = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [ls, cat, verify] = await Promise.all([
      buffer(box, "ls"),
      buffer(box, "cat"),
      buffer(box, "verify"),
    ]);
    assert.deepEqual([ls.code, ls.stderr], [0, ""]);
    const [facts, ...segments] = parsed(ls.stdout);
    assert.equal(facts.note, null);
    for (const { state, note } of segments.slice(0, -1)) {
      assert.ok(["sealed", "leased", "acknowledged"].includes(state) && note === null, ls.stdout);
    }
    assert.deepEqual([cat.code, cat.stderr], [0, ""]);
    const events = printed(cat.stdout);
    for (const [at, [sequence, event]] of events.entries()) {
      assert.ok(sent.has(event), event);
      if (at > 0) assert.ok(sequence > events[at - 1]![0]);
    }
    seen += events.length;
    assert.deepEqual([verify.code, verify.stderr], [0, ""], verify.stdout);
    for (const { kind, text } of parsed(verify.stdout)) {
      assert.ok(kind === "summary" || /unfinished/.test(text), text);
    }
  }
  clearInterval(flushing);
  over = true;
  await Promise.all(clients);
  assert.ok(seen > 0);
  await agent.kill();
  const waiting = new Set(printed((await buffer(box, "cat")).stdout).map(([, event]) => event));
  const stored = new Set((await rowsOf(lake)).map((row) => row["raw_data"]));
  const lost = [...sent].filter((event) => !waiting.has(event) && !stored.has(event));
  assert.deepEqual(lost, []);
});

Deno.test("A dead buffer tells what it holds, and looking into it changes nothing", async () => {
  await using box = sandbox();
  const { directory, events } = await deadBuffer(box);
  const before = snapshot(directory);

  const ls = await buffer(box, "ls");
  assert.deepEqual([ls.code, ls.stderr], [0, ""]);
  const [facts, ...segments] = parsed(ls.stdout);
  assert.deepEqual(
    [facts.directory, facts.acknowledged, facts.shipping, facts.waiting, facts.rejected],
    [directory, 0, null, events.length, { requests: 1, bytes: 1 }],
  );
  assert.ok(segments.length >= 4);
  assert.deepEqual(
    segments.map(({ state }) => state),
    segments.map((_, at) => at < segments.length - 1 ? "sealed" : "tail"),
  );
  assert.equal(segments.at(-1).last, events.length);
  const files = [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".seg"));
  assert.deepEqual(
    segments.map(({ file, bytes }) => [file, bytes]),
    files.map(({ name }) => [name, Deno.statSync(`${directory}/${name}`).size]).sort(),
  );

  const cat = await buffer(box, "cat");
  assert.deepEqual([cat.code, cat.stderr], [0, ""]);
  assert.deepEqual(printed(cat.stdout), events.map((event, at) => [at + 1, event]));
  const received = parsed(cat.stdout).map(({ received }) => received);
  assert.deepEqual(
    segments.map(({ receivedFirst, receivedLast }) => [receivedFirst, receivedLast]),
    segments.map(({ first }, at) => [
      received[first - 1],
      at < segments.length - 1 ? received[segments[at + 1].first - 1] : received.at(-1),
    ]),
  );
  const second = segments[1];
  const some = await buffer(box, "cat", `buffer/${second.file}`);
  assert.deepEqual(
    printed(some.stdout).map(([sequence]) => sequence),
    Array.from({ length: second.last - second.first + 1 }, (_, at) => second.first + at),
  );

  const verify = await buffer(box, "verify");
  assert.deepEqual([verify.code, verify.stderr], [0, ""]);
  assert.deepEqual(parsed(verify.stdout), [{
    kind: "summary",
    segments: segments.length,
    events: events.length,
    bytes: facts.bytes,
    damaged: 0,
    lost: 0,
  }]);
  assert.deepEqual(snapshot(directory), before);
});

Deno.test("A flipped bit in a sealed segment is named with its bytes and its event", async () => {
  await using box = sandbox();
  const { directory, events } = await deadBuffer(box);
  const [, , { file, first }] = parsed((await buffer(box, "ls")).stdout);
  const bytes = Deno.readFileSync(`${directory}/${file}`);
  bytes[44 + 24 + 100]! ^= 0x10;
  Deno.writeFileSync(`${directory}/${file}`, bytes);
  const before = snapshot(directory);

  const verify = await buffer(box, "verify");
  assert.equal(verify.code, 1);
  const [damage, summary] = parsed(verify.stdout);
  const end = 44 + 24 + events[first - 1]!.length;
  const text = `damaged at bytes 44 to ${end - 1}: event ${first} is lost`;
  assert.deepEqual(damage, {
    kind: "damage",
    path: `${directory}/${file}`,
    start: 44,
    end,
    firstLost: first,
    lost: 1,
    text,
  });
  assert.deepEqual([summary.events, summary.damaged, summary.lost], [events.length - 1, 1, 1]);
  const cat = await buffer(box, "cat");
  assert.deepEqual([cat.code, cat.stderr], [1, `falco-lake: ${directory}/${file}: ${text}\n`]);
  assert.equal(printed(cat.stdout).length, events.length - 1);
  assert.deepEqual(snapshot(directory), before);
});

Deno.test("A segment of an unknown version is refused with a clear message, and left alone", async () => {
  await using box = sandbox();
  const { directory } = await deadBuffer(box);
  const { file } = parsed((await buffer(box, "ls")).stdout).at(-1);
  const path = `${directory}/${file}`;
  const bytes = Deno.readFileSync(path);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 2, true);
  view.setUint32(40, crc32(bytes.subarray(0, 40)), true);
  Deno.writeFileSync(path, bytes);

  const ls = await buffer(box, "ls");
  assert.equal(ls.code, 0);
  assert.match(parsed(ls.stdout).at(-1).note, /^format version 2 is not known .*\(it knows 1\)/);
  const expected = new RegExp(`${file}: format version 2 is not known to this program`);
  const cat = await buffer(box, "cat", path);
  assert.deepEqual([cat.code, cat.stdout], [1, ""]);
  assert.match(cat.stderr, expected);
  const verify = await buffer(box, "verify");
  assert.equal(verify.code, 1);
  assert.match(parsed(verify.stdout)[0].text, /^format version 2 .*run the version that wrote it/);
  const run = await box.run(["run"], {
    environment: { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` },
  });
  assert.equal(run.code, 1);
  assert.match(run.stderr, expected);
  assert.deepEqual(Deno.readFileSync(path), bytes);
});

Deno.test("Wrong usage ends with 2; a buffer that is not there is named, and not made", async () => {
  await using box = sandbox();
  assert.equal((await buffer(box)).code, 2);
  assert.equal((await buffer(box, "no-such-command")).code, 2);
  assert.equal((await buffer(box, "ls", "--no-such-option")).code, 2);
  Deno.writeTextFileSync(`${box.directory}/c.yaml`, "buffer:\n  directory: nowhere\n");
  for (const command of ["ls", "cat", "verify"]) {
    const { code, stderr } = await box.run(["buffer", command, "-c", "c.yaml"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^falco-lake: Cannot read buffer\.directory nowhere: No such file .*; set buffer\.directory or/,
    );
  }
  assert.deepEqual([...Deno.readDirSync(box.directory)].map(({ name }) => name), ["c.yaml"]);
});
