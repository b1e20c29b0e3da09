import assert from "node:assert/strict";
import {
  type AppendOutcome,
  GroupCommit,
  WAITER_BYTES,
  WAITING_BYTES_MAX,
} from "../../src/buffer/group_commit.ts";
import { RECORD_HEADER_BYTES } from "../../src/buffer/record.ts";

const STORED: AppendOutcome = { kind: "stored" };
const MIB = 1024 * 1024;

/** A group commit whose commits end when `release` is called; `groups` has the bytes of their appends. */
function setup(room = 100) {
  const groups: number[][] = [];
  let held = Promise.withResolvers<AppendOutcome>();
  const commits = new GroupCommit((appends, bytes) => {
    const sizes = appends.map(({ payloads }) => payloads[0]!.length + RECORD_HEADER_BYTES);
    assert.equal(bytes, sizes.reduce((sum, size) => sum + size, 0));
    groups.push(sizes);
    return held.promise;
  }, () => room);
  return {
    commits,
    groups,
    /** An append that takes so many bytes on disk. */
    append: (bytes: number) =>
      commits.append({
        payloads: [new Uint8Array(bytes - RECORD_HEADER_BYTES)],
        receivedMicroseconds: 0,
      }),
    /** Ends this commit and all that follow. */
    release: (outcome = STORED) => held.resolve(outcome),
    hold: () => {
      held = Promise.withResolvers();
    },
  };
}

/** Whether a promise has settled once everything that can go on has gone on. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return settled;
}

Deno.test("GroupCommit refuses as busy what would let more than 64 MiB wait, and only until there is room", async () => {
  const { append, release, hold } = setup();
  const waiting = [append(WAITING_BYTES_MAX - MIB - WAITER_BYTES), append(MIB - WAITER_BYTES)];
  assert.deepEqual(await append(RECORD_HEADER_BYTES), {
    kind: "busy",
    reason: `${WAITING_BYTES_MAX} bytes wait for the disk already`,
  });
  release();
  assert.deepEqual(await Promise.all(waiting), [STORED, STORED]);
  hold();
  // A commit that has begun holds its bytes until it ends.
  const next = append(WAITING_BYTES_MAX - WAITER_BYTES);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal((await append(RECORD_HEADER_BYTES)).kind, "busy");
  release();
  assert.deepEqual(await next, STORED);
});

Deno.test("GroupCommit counts what the requests cost that wait, not only their events", async () => {
  const { append, release } = setup();
  const waiting = Array.from({ length: WAITING_BYTES_MAX / WAITER_BYTES }, () => append(30));
  assert.equal((await append(30)).kind, "busy");
  release();
  const outcomes = await Promise.all(waiting);
  assert.equal(outcomes.filter(({ kind }) => kind === "stored").length > 60_000, true);
});

Deno.test("GroupCommit takes an append above 64 MiB when nothing else waits", async () => {
  const { append, release } = setup();
  release();
  assert.deepEqual(await append(WAITING_BYTES_MAX + 1), STORED);
});

Deno.test("GroupCommit commits in order, in groups no larger than the room there is", async () => {
  const { append, groups, release } = setup(100);
  release();
  await Promise.all([50, 50, 40, 40, 40].map(append));
  assert.deepEqual(groups, [[50, 50], [40, 40], [40]]);
});

Deno.test("GroupCommit commits an append that is larger than the room alone", async () => {
  const { append, groups, release } = setup(100);
  release();
  await Promise.all([40, 101, 40, 40].map(append));
  assert.deepEqual(groups, [[40], [101], [40, 40]]);
});

Deno.test("GroupCommit gives everybody in a group its outcome, and the next group its own", async () => {
  const { append, release, hold } = setup(100);
  const failed: AppendOutcome = { kind: "failed", reason: "disk" };
  release(failed);
  const first = [append(50), append(50)];
  assert.deepEqual(await Promise.all(first), [failed, failed]);
  hold();
  const next = append(50);
  release();
  assert.deepEqual(await next, STORED);
});

Deno.test("GroupCommit that is closed waits for what is under way, and refuses what comes then", async () => {
  const { commits, append, groups, release } = setup(100);
  const underWay = append(100);
  await new Promise((resolve) => setTimeout(resolve, 0));
  const waiting = append(100);
  const closed = commits.close();
  assert.deepEqual(await append(40), { kind: "failed", reason: "the buffer is closed" });
  assert.equal(await isSettled(closed), false);
  release();
  await closed;
  assert.deepEqual(groups, [[100], [100]]);
  assert.deepEqual(await Promise.all([underWay, waiting]), [STORED, STORED]);
});

Deno.test("GroupCommit that has nothing under way closes at once", async () => {
  const { commits } = setup();
  assert.equal(await isSettled(commits.close()), true);
});
