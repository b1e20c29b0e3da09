import assert from "node:assert/strict";
import type { Buffer } from "../../src/buffer/buffer.ts";
import { agentCommand } from "../../scripts/spawn_agent.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import { append, drain, errorsOf, send, settled } from "../support/buffer_steps.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { DIRECTORY, NO_LIMITS, openBuffer } from "../support/open_buffer.ts";
import { BINARY, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

/* Whose the folder is: the lock, two agents on one folder, and folders of somebody else. */

const NOON = Date.UTC(2026, 10, 21, 12);
const LOCK = `${DIRECTORY}/lock`;

Deno.test("Only the lock deleted: it is made again at the next append, and keeps others out", async () => {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1]);
  disk.takeAway(LOCK);
  await append(buffer, [2]);
  assert.deepEqual(log.lines, [
    "ERROR Buffer - somebody had deleted /buffer or its lock; it is there again",
  ]);
  await assert.rejects(openBuffer(disk), /another falco-lake \(the test\) uses it/);
  assert.deepEqual(await drain(buffer, disk), [1, 2]);
  assert.equal(buffer.status.droppedEvents, 0);
});

Deno.test("Only the lock deleted and nobody sends anything: what waits is shipped all the same", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1]);
  disk.takeAway(LOCK);
  assert.deepEqual(await drain(buffer, disk), [1]);
});

Deno.test("Only the lock deleted while a batch is on its way: it is acknowledged all the same", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1, 2]);
  const batch = await buffer.lease({ events: 1, bytes: Infinity });
  disk.takeAway(LOCK);
  await buffer.acknowledge(batch!);
  assert.ok(disk.names(DIRECTORY).includes("lock"));
  assert.deepEqual(await drain(buffer, disk), [2]);
});

const TAKEN =
  `${DIRECTORY}: another falco-lake (pid 42) uses it: stop that one, or give this one ` +
  "a folder of its own";
const USED = `${DIRECTORY}: another falco-lake has been at work in it: restart this one`;

/** What another agent does behind a lock that somebody deleted, and what is left to deliver. */
const VISITS: readonly {
  readonly visit: string;
  readonly before: readonly number[];
  readonly does: (other: Buffer, disk: MemoryDisk) => Promise<void>;
  readonly left: readonly number[];
}[] = [
  {
    visit: "stores",
    before: [1],
    does: (other) => append(other, [2, 3]),
    left: [1, 2, 3],
  },
  {
    visit: "ships all there is",
    before: [1],
    does: async (other, disk) => assert.deepEqual(await drain(other, disk), [1]),
    left: [],
  },
  {
    visit: "stores where the first one's tail had no record yet",
    before: [],
    does: (other) => append(other, [1, 2]),
    left: [1, 2],
  },
  {
    visit: "comes and goes",
    before: [1],
    does: () => Promise.resolve(),
    left: [1],
  },
  {
    visit: "begins a batch",
    before: [1, 2],
    does: async (other) => void await other.lease({ events: 1, bytes: Infinity }),
    left: [1, 2],
  },
];

for (const { visit, before, does, left } of VISITS) {
  Deno.test(`Another agent ${visit} behind a lock that somebody deleted: the first one leaves it alone until it is restarted`, async () => {
    const disk = new MemoryDisk();
    const clock = new ManualClock(NOON);
    const { buffer, log } = await openBuffer(disk, {}, clock);
    await append(buffer, before);
    disk.takeAway(LOCK);
    const { buffer: other } = await openBuffer(disk, { owner: "pid 42" });
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await send(buffer, 90), { kind: "failed", reason: TAKEN });
      await clock.advance(1000, settled);
    }
    await does(other, disk);
    await other.close();
    const theirs = disk.names(DIRECTORY).map((name) => [name, disk.read(`${DIRECTORY}/${name}`)]);

    await clock.advance(3000, settled);
    assert.deepEqual(await send(buffer, 91), { kind: "failed", reason: USED });
    if (before.length > 0) await assert.rejects(buffer.lease(NO_LIMITS), /restart this one/);
    assert.deepEqual(buffer.status.state, { kind: "failed", reason: USED });
    assert.deepEqual(errorsOf(log).map((line) => line.slice(line.indexOf(DIRECTORY))), [
      TAKEN,
      USED,
    ]);
    await buffer.close();
    const stands = disk.names(DIRECTORY).map((name) => [name, disk.read(`${DIRECTORY}/${name}`)]);
    const files = (all: typeof theirs) => all.filter(([name]) => name !== "lock");
    assert.deepEqual(files(stands), files(theirs));

    const { buffer: again } = await openBuffer(disk);
    assert.deepEqual(await drain(again, disk), left);
  });
}

Deno.test("A second process on a folder refuses to start and names the process that has it", async () => {
  await using box = sandbox();
  const directory = `${box.directory}/buffer`;
  const { buffer } = await openBuffer(systemDisk, { directory, owner: `pid ${Deno.pid}` });
  await append(buffer, [1]);
  const environment = { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` };
  const { code, stderr } = await box.run(["run"], { environment });
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(
      `Cannot use buffer.directory ${directory}: another falco-lake \\(pid ${Deno.pid}\\) uses it: ` +
        "stop that one, or give this one a folder of its own",
    ),
  );
  assert.deepEqual(await drain(buffer, systemDisk), [1], "it has taken nothing");
  await buffer.close();
});

Deno.test("A real folder that is moved away and back: refused meanwhile, and all of it is delivered", async () => {
  await using box = sandbox();
  const [directory, away] = [`${box.directory}/buffer`, `${box.directory}/away`];
  const { buffer } = await openBuffer(systemDisk, { directory });
  await append(buffer, [1, 2]);
  const batch = await buffer.lease({ events: 1, bytes: Infinity });
  Deno.renameSync(directory, away);
  const moved = /somebody has moved it, or its file system is not mounted: put it back/;
  for (const inItsPlace of [false, true]) {
    if (inItsPlace) Deno.mkdirSync(directory);
    assert.match(JSON.stringify(await send(buffer, 90)), moved);
    await assert.rejects(buffer.acknowledge(batch!), moved);
    if (inItsPlace) assert.deepEqual([...Deno.readDirSync(directory)], []);
    else assert.throws(() => Deno.statSync(directory), Deno.errors.NotFound);
  }
  Deno.removeSync(directory);
  Deno.renameSync(away, directory);
  await append(buffer, [3]);
  assert.deepEqual(await drain(buffer, systemDisk), [1, 2, 3]);
  assert.equal(buffer.status.droppedEvents, 0);
  await buffer.close();
});

const DELETED =
  "A real folder that is deleted: made again for its owner alone, and what it held is counted";

Deno.test(DELETED, { sanitizeResources: true }, async () => {
  await using box = sandbox();
  const directory = `${box.directory}/above/buffer`;
  const { buffer, log } = await openBuffer(systemDisk, { directory, segmentSize: 100 });
  const { logId } = buffer.status;
  await append(buffer, [1, 2]);
  Deno.removeSync(`${box.directory}/above`, { recursive: true });
  await append(buffer, [3]);
  assert.deepEqual([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), [
    "00000000000000000003.seg",
    "cursor-lake",
    "lock",
    "reserve",
  ]);
  assert.equal(Deno.statSync(directory).mode! & 0o777, 0o700);
  assert.equal(buffer.status.droppedEvents, 2);
  assert.match(log.lines.join("\n"), /somebody had deleted .*\/buffer or its lock; it is there/);
  await assert.rejects(openBuffer(systemDisk, { directory }), /another falco-lake \(the test\)/);
  await buffer.close();
  const { buffer: again } = await openBuffer(systemDisk, { directory });
  assert.equal(again.status.logId, logId);
  assert.deepEqual(await drain(again, systemDisk), [3]);
  await again.close();
});

const isRoot = Deno.uid() === 0;

/** Starts an agent that file modes bind, as they do not bind root: without its capabilities. */
async function runBound(box: ReturnType<typeof sandbox>): Promise<{ code: number; log: string }> {
  const command = [...agentCommand(BINARY), "run"];
  const dropped = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  const [program, ...args] = isRoot ? [...dropped, ...command] : command;
  const { code, stderr } = await new Deno.Command(program!, {
    args,
    cwd: box.directory,
    env: { ...box.environment, LAKE_DIRECTORY: `${box.directory}/lake` },
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, log: new TextDecoder().decode(stderr) };
}

Deno.test("A folder of ours that we may not write to is refused, with the mode and the remedy", async () => {
  await using box = sandbox();
  const directory = `${box.directory}/buffer`;
  Deno.mkdirSync(directory, { mode: 0o500 });
  const { code, log } = await runBound(box);
  assert.equal(code, 1);
  assert.match(
    log,
    new RegExp(
      `Cannot use buffer.directory ${directory}: .*; ${directory} belongs to uid ${Deno.uid()} ` +
        `with mode 500, and falco-lake runs as uid ${Deno.uid()}: chmod u\\+rwx ${directory}\n`,
    ),
  );
});

testUnless(
  isRoot ? undefined : "only root can give a folder to somebody else",
  "A folder of somebody else is refused, with both users and two remedies",
  async () => {
    await using box = sandbox();
    const directory = `${box.directory}/buffer`;
    Deno.mkdirSync(directory, { mode: 0o700 });
    Deno.chownSync(directory, 4321, null);
    const { code, log } = await runBound(box);
    assert.equal(code, 1);
    assert.match(
      log,
      new RegExp(
        `Cannot use buffer.directory ${directory}: .*; ${directory} belongs to uid 4321 with ` +
          `mode 700, and falco-lake runs as uid 0: chown -R 0 ${directory}, or run falco-lake ` +
          `as uid 4321\n`,
      ),
    );
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  },
);
