import assert from "node:assert/strict";
import { bufferLs } from "../../src/cli/buffer_ls.ts";
import { bufferRetry } from "../../src/cli/buffer_retry.ts";
import { append } from "../support/buffer_steps.ts";
import { fakeProcess } from "../support/fake_process.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { DIRECTORY, openBuffer } from "../support/open_buffer.ts";

const FOLDER = `${DIRECTORY}/set-aside`;
const LOG_ID = "000102030405060708090a0b0c0d0e0f";
const nameOf = (range: string, ending = "seg") => `${LOG_ID}-${range}.${ending}`;

/** A buffer of which 1-2 and 3-4 are set aside, and ways to run commands on it. */
async function setup() {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1, 2, 3, 4, 5]);
  for (let time = 0; time < 2; time++) {
    await buffer.setAside((await buffer.lease({ events: 2, bytes: Infinity }))!, "413: too large");
  }
  await buffer.close();
  const run = async (command: (process: ReturnType<typeof fakeProcess>) => Promise<number>) => {
    let err = "";
    const process = {
      ...fakeProcess(),
      env: (name: string) => name === "BUFFER_DIRECTORY" ? DIRECTORY : undefined,
      err: (text: string) => void (err += text),
    };
    const code = await command(process);
    return { code, lines: process.lines(), err };
  };
  return {
    disk,
    retry: (...names: string[]) => run((process) => bufferRetry(names, undefined, process, disk)),
    ls: (asJson: boolean) => run((process) => bufferLs(undefined, process, disk, asJson)),
  };
}

const segments = (disk: MemoryDisk) => disk.names(FOLDER).filter((name) => !name.endsWith(".txt"));

const WHEN = "at the next interval, or at once with SIGUSR2";

Deno.test("buffer ls lists what is set aside, for people behind the segments", async () => {
  const { ls } = await setup();
  const { lines } = await ls(false);
  assert.ok(lines.includes("Set aside     2 batches"));
  assert.deepEqual(lines.slice(-3), [
    "SET ASIDE                                 STATE  FIRST  LAST  BYTES  REASON",
    `${nameOf("1-2")}  kept       1     2    192  413: too large`,
    `${nameOf("3-4")}  kept       3     4    192  413: too large`,
  ]);
});

Deno.test("buffer ls --json has a line for each, and null for a reason that is gone", async () => {
  const { disk, ls } = await setup();
  disk.takeAway(`${FOLDER}/${nameOf("3-4", "txt")}`);
  const lines = (await ls(true)).lines.map((line) => JSON.parse(line));
  const line = { kind: "setaside", state: "kept", logId: LOG_ID, bytes: 192 };
  assert.deepEqual(lines.slice(-2), [
    { ...line, file: nameOf("1-2"), first: 1, last: 2, reason: "413: too large" },
    { ...line, file: nameOf("3-4"), first: 3, last: 4, reason: null },
  ]);
});

Deno.test("buffer retry marks all, durably, and says when they are tried", async () => {
  const { disk, retry, ls } = await setup();
  assert.deepEqual(await retry(), {
    code: 0,
    err: "",
    lines: [`${nameOf("1-2")}: is tried again`, `${nameOf("3-4")}: is tried again`, WHEN],
  });
  const crashed = disk.crash(() => 0);
  assert.deepEqual(segments(crashed), [nameOf("1-2", "retry"), nameOf("3-4", "retry")]);
  assert.equal(JSON.parse((await ls(true)).lines.at(-1)!).state, "retry");
  assert.deepEqual((await retry()).lines, ["2 batches waited for that already"]);
});

Deno.test("buffer retry takes names and paths, and names what it does not know", async () => {
  const { disk, retry } = await setup();
  const { code, lines, err } = await retry(`${FOLDER}/${nameOf("3-4")}`, nameOf("8-9"));
  assert.deepEqual([code, lines], [1, [`${nameOf("3-4")}: is tried again`, WHEN]]);
  assert.equal(err, `falco-lake: ${nameOf("8-9")}: not in ${FOLDER}; see buffer ls\n`);
  assert.deepEqual(segments(disk), [nameOf("1-2"), nameOf("3-4", "retry")]);
  assert.deepEqual((await retry(nameOf("3-4"))).lines, ["1 batch waited for that already"]);
});

Deno.test("Where nothing was ever set aside, buffer retry says so", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await buffer.close();
  const env = (name: string) => name === "BUFFER_DIRECTORY" ? DIRECTORY : undefined;
  const process = { ...fakeProcess(), env };
  assert.equal(await bufferRetry([], undefined, process, disk), 0);
  assert.deepEqual(process.lines(), ["nothing is set aside"]);
});
