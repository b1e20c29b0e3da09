import assert from "node:assert/strict";
import { chaoticS3 } from "../../scripts/torture/chaotic_s3.ts";
import { Comparison } from "../../scripts/torture/comparison.ts";
import { eventText } from "../../scripts/torture/event_text.ts";
import { KeyRanges } from "../../scripts/torture/key_ranges.ts";
import { Ledger } from "../../scripts/torture/ledger.ts";
import { torture } from "../../scripts/torture/torture.ts";
import type { TortureLake } from "../../scripts/torture/torture_lake.ts";
import { LAKES } from "../support/lakes.ts";
import { BINARY, sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

const KILLS = 30;
const CONNECTIONS = 64;

const seed = Number(
  Deno.env.get("FALCO_LAKE_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0],
);
const promise = (lake: string) =>
  `Over ${KILLS} SIGKILLs while clients post, every event that got a 200 is in ${lake} once`;

Deno.test(promise("an S3 server that fails, hangs and goes away"), async () => {
  await using box = sandbox();
  await using lake = chaoticS3(seed, `${box.directory}/s3`);
  await assertExactlyOnce(box.directory, lake);
});

for (const { name, missing, create } of LAKES) {
  testUnless(missing, promise(name), async () => {
    await using box = sandbox();
    const watched = `${box.directory}/lake`;
    Deno.mkdirSync(watched);
    await using lake = await create(watched);
    await assertExactlyOnce(box.directory, {
      environment: lake.environment,
      watched,
      objects: async function* () {
        yield* await lake.objects();
      },
    });
  });
}

async function assertExactlyOnce(directory: string, lake: TortureLake): Promise<void> {
  const log: string[] = [];
  const { answered, violations } = await torture({
    seed,
    kills: KILLS,
    connections: CONNECTIONS,
    lake,
    binary: BINARY,
    directory,
    report: (line) => log.push(line),
  });
  const repeat = `repeat with FALCO_LAKE_SEED=${seed}\n${log.join("\n")}`;
  assert.deepEqual(violations, [], repeat);
  assert.ok(answered > 10 * KILLS, `only ${answered} events were answered; ${repeat}`);
}

Deno.test("The comparison names what is lost, doubled and invented", () => {
  const ledger = new Ledger();
  const [lost, doubled, good, unanswered, neverStored] = Array.from(
    { length: 5 },
    () => ledger.send(),
  );
  for (const id of [lost!, doubled!, good!]) ledger.answer(id);
  const comparison = new Comparison(seed, ledger);
  for (const id of [doubled!, good!, unanswered!, doubled!]) comparison.add(eventText(seed, id));
  const [neverSent, changed] = [eventText(seed, neverStored! + 1), eventText(seed, good!) + " "];
  for (const text of [neverSent, changed, "{}", undefined]) comparison.add(text);
  assert.deepEqual(comparison.finish(), {
    lost: [lost],
    doubled: [doubled],
    invented: [neverSent, changed, "{}", "undefined"].map((text) => text.slice(0, 100)),
    unanswered: 1,
  });
});

Deno.test("The keys' check finds overlaps, gaps, missing rows and foreign objects", () => {
  const [log, other] = ["a".repeat(32), "b".repeat(32)];
  const violations = (...keys: readonly (readonly [string, number])[]) => {
    const ranges = new KeyRanges();
    for (const [name, rows] of keys) ranges.add(`p/eventDay=20261120/${name}.parquet`, rows);
    return ranges.violations();
  };
  assert.deepEqual(violations([`${log}-1-4`, 4], [`${log}-5-5`, 1]), []);
  for (
    const wrong of [
      [[`${log}-1-4`, 4], [`${log}-4-5`, 2]],
      [[`${log}-1-4`, 4], [`${log}-6-6`, 1]],
      [[`${log}-2-4`, 3]],
      [[`${log}-1-4`, 3]],
      [[`${log}-1-4`, 4], [`${other}-5-5`, 1]],
      [[`${log}-1-4`, 4], ["stray", 0]],
    ] as const
  ) assert.equal(violations(...wrong).length, 1, JSON.stringify(wrong));
});
