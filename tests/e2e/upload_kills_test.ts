import assert from "node:assert/strict";
import type { SpawnedAgent } from "../../scripts/spawn_agent.ts";
import type { Moment } from "../../scripts/torture/moments.ts";
import { type Fault, STORED } from "../../scripts/torture/s3_fault.ts";
import { assertExactlyOnce } from "../support/exactly_once.ts";
import { dayOf, FaultyS3, rangeOf } from "../support/faulty_s3.ts";
import { makeEvent } from "../support/make_event.ts";
import { flush, post, sandbox, until } from "../support/sandbox.ts";

/** Where a batch with objects of two days is when its agent is killed. */
interface Kill {
  readonly when: string;
  /** The moment at which it happens, and the day of the object. */
  readonly moment: Moment;
  readonly day: string;
  /** What the server does until then; it stores without. */
  readonly fault?: Partial<Fault>;
  /** Done at the first byte that the server gets of the batch. @param buffer the agent's folder */
  readonly prepare?: (buffer: string) => void;
  /** Undoes it, before the next start. */
  readonly mend?: (buffer: string) => void;
  /** Killed not at the moment, but when it logs this. */
  readonly logged?: RegExp;
}

const [FIRST, SECOND] = ["20261120", "20261121"];

/** A server that goes no further: an hour is more than anyone waits here. */
const SILENT: Partial<Fault> = { silence: 3_600_000 };

/** Where the cursor's next version is written: with a folder in its place that is not empty, it cannot be. */
const NEXT_CURSOR = "cursor-lake.tmp";

const KILLS: readonly Kill[] = [
  {
    when: "before the body of the first object",
    ...{ moment: "put head", day: FIRST, fault: SILENT },
  },
  {
    when: "in the middle of the body of the first object",
    ...{ moment: "put part", day: FIRST, fault: { ...SILENT, read: 0.5, store: "never" } },
  },
  {
    when: "after the body of the first object, which is not stored",
    ...{ moment: "put body", day: FIRST, fault: { ...SILENT, store: "never" } },
  },
  {
    when: "after the first object is stored, before the answer",
    ...{ moment: "put stored", day: FIRST, fault: SILENT },
  },
  {
    when: "between the two objects",
    ...{ moment: "put head", day: SECOND, fault: SILENT },
  },
  {
    when: "in the middle of the body of the second object",
    ...{ moment: "put part", day: SECOND, fault: { ...SILENT, read: 0.5, store: "never" } },
  },
  {
    when: "after the second object is stored, before the answer",
    ...{ moment: "put stored", day: SECOND, fault: SILENT },
  },
  {
    when: "after both objects, when the cursor could not be moved",
    ...{ moment: "put stored", day: SECOND },
    prepare: (buffer) => Deno.mkdirSync(`${buffer}/${NEXT_CURSOR}/full`, { recursive: true }),
    logged: /attempt 1\)/,
    mend: (buffer) => Deno.removeSync(`${buffer}/${NEXT_CURSOR}`, { recursive: true }),
  },
];

for (const kill of KILLS) {
  Deno.test(`SIGKILL ${kill.when}: the next agent repeats the same range, keys and bytes, whatever its batchsize and prefix`, async () => {
    await using box = sandbox();
    await using s3 = new FaultyS3();
    const environment = { ...box.environment, ...s3.environment };
    const events = eventsOf(0);
    const agent = await box.start({ environment });
    assert.equal(await post(agent, events.join("\n")), 200);
    await killAt(kill, s3, `${box.directory}/buffer`, agent);
    const begun = new Set(s3.puts);

    s3.faultOf = () => undefined;
    s3.listener = () => {};
    const next = await box.start({
      environment: {
        ...environment,
        AWS_SECURITYLAKE_BATCHSIZE: "1",
        AWS_SECURITYLAKE_PREFIX: "ext/other",
      },
    });
    // What has come since has a batch of its own.
    const more = eventsOf(events.length).slice(0, 2);
    assert.equal(await post(next, more.join("\n")), 200);
    await flush(next);
    const keys = [...(await s3.objects()).keys()];
    for (const key of begun) assert.ok(keys.includes(key), `${key} is of ${keys}`);
    const ranges = keys.map((key) => [rangeOf(key)!.replace(/^\w+-/, ""), dayOf(key)]);
    assert.deepEqual(ranges, [["1-4", FIRST], ["1-4", SECOND], ["5-5", FIRST], ["6-6", SECOND]]);
    const prefixes = keys.map((key) => key.split("/region=")[0]);
    assert.deepEqual(prefixes, ["ext/falco", "ext/falco", "ext/other", "ext/other"]);
    assert.deepEqual(s3.violations, []);
    await assertExactlyOnce(s3, [...events, ...more], next.log);
  });
}

Deno.test("SIGKILL after the intent, before any PUT: the range stays, with other settings and more events", async () => {
  await using box = sandbox();
  await using s3 = new FaultyS3();
  s3.server.reach = "refusing";
  const environment = { ...box.environment, ...s3.environment };
  const events = eventsOf(0);
  const agent = await box.start({ environment });
  assert.equal(await post(agent, events.join("\n")), 200);
  agent.signal("SIGUSR2");
  await agent.logged(/ECONNREFUSED.* attempt 1\)/);
  const more = eventsOf(events.length);
  assert.equal(await post(agent, more.join("\n")), 200);
  await agent.kill();

  s3.server.reach = "open";
  const next = await box.start({
    environment: { ...environment, AWS_SECURITYLAKE_BATCHSIZE: "3" },
  });
  await flush(next);
  const ranges = s3.puts.map((key) => rangeOf(key)!.replace(/^\w+-/, ""));
  assert.deepEqual(ranges, ["1-4", "1-4", "5-7", "5-7", "8-8"]);
  await assertExactlyOnce(s3, [...events, ...more], next.log);
});

Deno.test("SIGTERM while the store is silent: the next agent repeats the same keys and bytes", async () => {
  await using box = sandbox();
  await using s3 = new FaultyS3();
  const environment = { ...box.environment, ...s3.environment, LAKE_SHUTDOWNTIMEOUT: "1s" };
  const events = eventsOf(0);
  s3.faultOf = (key) => dayOf(key) === SECOND ? { ...STORED, ...SILENT } : undefined;
  const agent = await box.start({ environment });
  assert.equal(await post(agent, events.join("\n")), 200);
  assert.equal(await agent.stop(), 0);
  assert.match(agent.log(), /lake\.shutdowntimeout is over; 4 events wait on disk/);
  const begun = [...s3.puts];
  assert.deepEqual(begun.map(dayOf), [FIRST, SECOND]);

  s3.faultOf = () => undefined;
  const next = await box.start({
    environment: { ...environment, AWS_SECURITYLAKE_BATCHSIZE: "1" },
  });
  await flush(next);
  assert.deepEqual(s3.puts, [...begun, ...begun]);
  assert.deepEqual(s3.violations, []);
  await assertExactlyOnce(s3, events, next.log);
});

/** Lets an agent ship, and kills it. */
async function killAt(
  { moment, day, fault, prepare, mend, logged }: Kill,
  s3: FaultyS3,
  buffer: string,
  agent: SpawnedAgent,
): Promise<void> {
  let [isReached, isPrepared] = [false, false];
  s3.faultOf = (key) => fault && dayOf(key) === day ? { ...STORED, ...fault } : undefined;
  s3.listener = (now, key) => {
    if (!isPrepared) prepare?.(buffer);
    isPrepared = true;
    if (now === moment && dayOf(key) === day) isReached = true;
  };
  agent.signal("SIGUSR2");
  await until(() => isReached && (!logged || logged.test(agent.log())), agent.log);
  await agent.kill();
  mend?.(buffer);
}

/** Two events of each of two days. */
const eventsOf = (first: number): string[] =>
  [0, 1, 2, 3].map((at) => makeEvent(first + at, `2026-11-${20 + at % 2}T12:00:00Z`));
