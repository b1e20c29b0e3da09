import assert from "node:assert/strict";
import type { SpawnedAgent } from "../../scripts/spawn_agent.ts";
import { ROOT } from "../support/root.ts";
import { flush, metric, post, type Sandbox, sandbox, until } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";
import { folderLake, rowsOf, type TestLake } from "../support/test_lake.ts";

/*
 * A small real disk, a tmpfs of 8 MiB, that fills up and is freed again under load: the agent
 * answers 503 meanwhile, needs no restart, and what got a 200 is in the lake once, and nothing else.
 */

const DISK_BYTES = 8 * 1024 * 1024;
const CONNECTIONS = 8;
/** Together less than the 64 KiB that a disk must have again to be called usable. */
const EVENTS_PER_BODY = 10;

async function run(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args }).output();
    return success ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    return (error as Error).message;
  }
}

const mount = (directory: string) =>
  run("mount", "-t", "tmpfs", "-o", `size=${DISK_BYTES},mode=0700`, "tmpfs", directory);
/** Lazily: an agent that is still alive must not keep it. */
const unmount = (directory: string) => run("umount", "--lazy", directory);

/** Why no disk can be mounted here; undefined when one can. */
async function whyNoMount(): Promise<string | undefined> {
  Deno.mkdirSync(`${ROOT}.cache/tests`, { recursive: true });
  const directory = Deno.makeTempDirSync({ dir: `${ROOT}.cache/tests` });
  try {
    const why = await mount(directory);
    if (why === undefined) await unmount(directory);
    return why;
  } finally {
    Deno.removeSync(directory);
  }
}

const NO_MOUNT = await whyNoMount();

const eventOf = (id: number): string =>
  JSON.stringify({
    output: `Event ${id}`,
    output_fields: { "proc.pid": id, "proc.cmdline": "x".repeat(5700) },
    priority: "Warning",
    rule: "A rule",
    source: "syscall",
    time: "2026-11-21T12:00:00.000000001Z",
  });

/** Clients that post large bodies at the same time, and know what each got. */
class Clients {
  readonly answered = new Set<string>();
  refused = 0;
  #id = 0;

  constructor(readonly agent: SpawnedAgent) {}

  async post(): Promise<number> {
    const events = Array.from({ length: EVENTS_PER_BODY }, () => eventOf(++this.#id));
    const status = await post(this.agent, events.join("\n"));
    assert.ok(status === 200 || status === 503, `${status}\n${this.agent.log()}`);
    if (status === 503) this.refused++;
    else for (const event of events) this.answered.add(event);
    return status;
  }

  /** Posts on all connections until `done` says so. */
  async postUntil(done: () => boolean): Promise<void> {
    await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
      while (!done()) await this.post();
    }));
  }

  /** @throws unless the lake has what was answered, once, as it was sent, and nothing else */
  async assertExactly(lake: TestLake): Promise<void> {
    const stored = (await rowsOf(lake)).map((row) => String(row["raw_data"]));
    const lost = this.answered.difference(new Set(stored)).size;
    const invented = new Set(stored).difference(this.answered).size;
    const doubled = stored.length - new Set(stored).size;
    assert.deepEqual({ lost, invented, doubled }, { lost: 0, invented: 0, doubled: 0 });
    assert.ok(stored.length > 0);
  }
}

/** Runs `test` with an agent whose buffer is on the small disk, and whose lake is not. */
async function onSmallDisk(
  test: (clients: Clients, disk: string, lake: TestLake) => Promise<void>,
): Promise<void> {
  await using box = sandbox();
  const disk = `${box.directory}/disk`;
  Deno.mkdirSync(disk);
  assert.equal(await mount(disk), undefined);
  try {
    const lake = folderLake(`${box.directory}/lake`);
    const agent = await startAgent(box, disk, lake);
    await test(new Clients(agent), disk, lake);
    assert.equal(await agent.stop(), 0, agent.log());
  } finally {
    await unmount(disk);
  }
}

const startAgent = (box: Sandbox, disk: string, lake: TestLake): Promise<SpawnedAgent> =>
  box.start({
    environment: {
      ...box.environment,
      ...lake.environment,
      BUFFER_DIRECTORY: `${disk}/buffer`,
      BUFFER_MAXSIZE: "64MiB",
      BUFFER_SEGMENTSIZE: "1MiB",
      RECEIVER_MAXBODYSIZE: "512KiB",
      AWS_SECURITYLAKE_INTERVAL: "1h",
    },
  });

/** What the agent has said about storing, in order. */
const saidBy = (agent: SpawnedAgent): string[] =>
  (agent.log().match(/cannot store events|stores events again/g) ?? []) as string[];

const isFailed = async (agent: SpawnedAgent) =>
  await metric(agent, 'falco_lake_buffer_state{state="failed"}'.replace(/[{}]/g, "\\$&")) === 1;

/** The status of `/readyz`. */
async function readiness({ port }: SpawnedAgent): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  await response.body?.cancel();
  return response.status;
}

/** Fills the disk until not even a lone event fits. */
async function fill(clients: Clients): Promise<void> {
  const { agent } = clients;
  await clients.postUntil(() => clients.refused >= CONNECTIONS);
  while (await clients.post() === 200);
  assert.ok(await isFailed(agent));
  assert.equal(await readiness(agent), 503);
  const said = saidBy(agent);
  const { refused } = clients;
  await clients.postUntil(() => clients.refused >= refused + 50);
  assert.deepEqual(saidBy(agent), said, "said once, however many are refused");
  assert.match(
    agent.log(),
    /\[ERROR\] +: Buffer - cannot store events, answering 503 until it works again: .*\/buffer: No space left on device \(os error 28\); free space or mend the disk, nothing needs a restart/,
  );
}

testUnless(
  NO_MOUNT,
  "A disk that fills up under load is emptied by uploads and accepts again, over and over",
  async () => {
    await onSmallDisk(async (clients, _disk, lake) => {
      const { agent } = clients;
      for (let round = 1; round <= 2; round++) {
        await fill(clients);
        const before = clients.answered.size;
        let enough = false;
        const load = clients.postUntil(() => enough);
        agent.signal("SIGUSR2");
        await until(() => clients.answered.size >= before + 20 * EVENTS_PER_BODY, agent.log);
        enough = true;
        await load;
        await flush(agent);
      }
      assert.ok(!await isFailed(agent));
      assert.equal(await readiness(agent), 200);
      await clients.assertExactly(lake);
      const said = saidBy(agent);
      assert.ok(said.length >= 4, agent.log());
      assert.deepEqual(
        said,
        said.map((_, at) => ["cannot store events", "stores events again"][at % 2]),
      );
    });
  },
);

testUnless(
  NO_MOUNT,
  "A disk that somebody else fills is used again as soon as there is room, without a restart",
  async () => {
    await onSmallDisk(async (clients, disk, lake) => {
      const { agent } = clients;
      for (let id = 0; id < 5; id++) assert.equal(await clients.post(), 200);
      const foreign = `${disk}/foreign`;
      await run("dd", "if=/dev/zero", `of=${foreign}`, "bs=64k"); // ends when the disk is full
      assert.ok(Deno.statSync(foreign).size > DISK_BYTES / 2);
      await fill(clients);
      Deno.removeSync(foreign);
      // Nobody sends anything: it finds out by itself.
      await until(async () => !await isFailed(agent), agent.log);
      assert.equal(await clients.post(), 200);
      assert.equal(saidBy(agent).at(-1), "stores events again");
      await flush(agent);
      await clients.assertExactly(lake);
    });
  },
);

testUnless(
  NO_MOUNT,
  "A disk that is full at the stop ships its events all the same at the next start",
  async () => {
    await using box = sandbox();
    const disk = `${box.directory}/disk`;
    Deno.mkdirSync(disk);
    assert.equal(await mount(disk), undefined);
    try {
      const lake = folderLake(`${box.directory}/lake`);
      const killed = await startAgent(box, disk, lake);
      const clients = new Clients(killed);
      await fill(clients);
      await killed.kill();
      const agent = await startAgent(box, disk, lake);
      assert.equal(await post(agent, eventOf(0).repeat(EVENTS_PER_BODY)), 503);
      await flush(agent);
      await clients.assertExactly(lake);
      assert.equal(await agent.stop(), 0, agent.log());
    } finally {
      await unmount(disk);
    }
  },
);
