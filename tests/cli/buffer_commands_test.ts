import assert from "node:assert/strict";
import { encodeCursor } from "../../src/buffer/cursor.ts";
import type { ReadingDisk } from "../../src/buffer/inspect_folder.ts";
import { segmentName } from "../../src/buffer/segment.ts";
import { bufferCat } from "../../src/cli/buffer_cat.ts";
import { bufferLs } from "../../src/cli/buffer_ls.ts";
import { isoMicroseconds } from "../../src/cli/buffer_time.ts";
import { bufferVerify } from "../../src/cli/buffer_verify.ts";
import type { Process } from "../../src/platform/process.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, openBuffer } from "../support/open_buffer.ts";

const at = (first: number) => `${DIRECTORY}/${segmentName(first)}`;
const LOG_ID = "000102030405060708090a0b0c0d0e0f";
const NOON = "2026-11-21T12:00:00.000000Z";

/** A buffer with the segments 1-2, 3-4 and 5. */
async function written(payloads = [1, 2, 3, 4, 5].map((id) => `{"id":${id}}`)) {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { segmentSize: 120 });
  for (const payload of payloads) await buffer.append([bytesOf(payload)]);
  await buffer.close();
  return disk;
}

/** Runs a command on the buffer of these tests. */
async function run(
  command: (process: Process) => Promise<number>,
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await command({
    env: (name) => name === "BUFFER_DIRECTORY" ? DIRECTORY : undefined,
    pid: 1,
    program: "falco-lake",
    runtime: { deno: "", v8: "", platform: "" },
    out: (text) => out += text,
    err: (text) => err += text,
    errIsJournal: false,
    isTerminal: false,
    stdin: new ReadableStream(),
    readFile: () => Promise.reject(new Error("nothing to read")),
    onSignal: () => {},
  });
  return { code, out, err };
}

const ls = (disk: ReadingDisk, asJson: boolean) =>
  run((process) => bufferLs(undefined, process, disk, asJson));
const cat = (disk: MemoryDisk, files: readonly string[] = []) =>
  run((process) => bufferCat(files, undefined, process, disk));
const verify = (disk: MemoryDisk, asJson: boolean, files: readonly string[] = []) =>
  run((process) => bufferVerify(files, undefined, process, disk, asJson));

const parsed = (out: string) => out.trimEnd().split("\n").map((line) => JSON.parse(line));

function ship(disk: MemoryDisk): void {
  const intent = { first: 3, last: 4 };
  disk.write(
    `${DIRECTORY}/cursor-lake`,
    encodeCursor({ logId: LOG_ID, acknowledged: 2, intent }),
  );
}

Deno.test("buffer ls shows a person the cursor's facts, then a table of the segments", async () => {
  const disk = await written();
  ship(disk);
  disk.write(`${DIRECTORY}/rejected/20261121T120000.000Z-000001.body`, new Uint8Array(7));
  disk.write(`${DIRECTORY}/rejected/notes.txt`, new Uint8Array(100));
  const { code, out, err } = await ls(disk, false);
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(
    out,
    `\
Buffer        /buffer
Log id        ${LOG_ID}
Acknowledged  up to event 2
Shipping      events 3 to 4
Waiting       3 events
Stored        292 bytes in 3 segments
Rejected      1 request, 7 bytes

FILE                      STATE         FIRST  LAST  WAITING  BYTES  RECEIVED FROM                RECEIVED TO                  NOTE
00000000000000000001.seg  acknowledged      1     2        0    108  ${NOON}  ${NOON}
00000000000000000003.seg  leased            3     4        2    108  ${NOON}  ${NOON}
00000000000000000005.seg  tail              5     5        1     76  ${NOON}  ${NOON}
`,
  );
});

Deno.test("buffer ls prints the same as JSON, with null for what there is not", async () => {
  const disk = await written();
  const sealed = { kind: "segment", state: "sealed", waiting: 2, bytes: 108, note: null };
  const received = { receivedFirst: NOON, receivedLast: NOON };
  const { code, out } = await ls(disk, true);
  assert.equal(code, 0);
  assert.deepEqual(parsed(out), [
    {
      kind: "buffer",
      directory: DIRECTORY,
      logId: LOG_ID,
      acknowledged: 0,
      shipping: null,
      waiting: 5,
      segments: 3,
      bytes: 292,
      rejected: null,
      note: null,
    },
    { ...sealed, file: segmentName(1), first: 1, last: 2, ...received },
    { ...sealed, file: segmentName(3), first: 3, last: 4, ...received },
    {
      kind: "segment",
      file: segmentName(5),
      state: "tail",
      first: 5,
      last: 5,
      waiting: 1,
      bytes: 76,
      ...received,
      note: null,
    },
  ]);
});

Deno.test("buffer ls says in their lines what is wrong, goes on, and ends with 0", async () => {
  const disk = await written();
  disk.rename(at(1), `${DIRECTORY}/${segmentName(1, true)}`);
  disk.decay(at(3), (bytes) => bytes.fill(7, 8, 12)); // its version
  disk.decay(at(5), (bytes) => bytes.fill(0, 0, 8));
  disk.takeAway(`${DIRECTORY}/cursor-lake`);
  const { code, out } = await ls(disk, true);
  assert.equal(code, 0);
  const [buffer, first, second, tail] = parsed(out);
  assert.match(buffer.note, /^cursor-lake is missing: the next start/);
  assert.deepEqual([buffer.logId, buffer.acknowledged], [null, null]);
  assert.deepEqual([first.state, first.waiting], ["quarantined", 2]);
  assert.match(second.note, /its header is damaged/);
  assert.deepEqual([second.state, second.receivedFirst], ["sealed", NOON]);
  assert.match(tail.note, /its header is damaged/);
  assert.deepEqual([tail.state, tail.last], ["tail", 5]);
  const table = (await ls(disk, false)).out;
  assert.match(table, /^Note {10}cursor-lake is missing/m);
  assert.match(table, /seg {6}sealed .* its header is damaged, bytes 0 to 43/);
});

Deno.test("buffer ls cannot tell what a segment of an unknown version holds", async () => {
  const disk = await written();
  for (const first of [3, 5]) disk.decay(at(first), (bytes) => bytes.fill(7, 8, 44));
  const [buffer, , sealed, tail] = parsed((await ls(disk, true)).out);
  assert.equal(buffer.waiting, 2);
  for (const line of [sealed, tail]) {
    assert.match(line.note, /format version 117901063 is not known/);
    assert.deepEqual(
      [line.last, line.waiting, line.receivedFirst, line.receivedLast],
      [null, null, null, null],
    );
  }
});

Deno.test("buffer ls tells of the newest segment what it holds, though its name cannot", async () => {
  const disk = await written();
  disk.cutOff(at(5), 70);
  const torn = parsed((await ls(disk, true)).out).at(-1);
  assert.deepEqual([torn.last, torn.waiting, torn.receivedFirst], [null, 0, null]);
  assert.match(torn.note, /an unfinished write of 26 bytes/);
  const many = new MemoryDisk();
  const { buffer } = await openBuffer(many);
  for (let id = 1; id <= 9; id++) await buffer.append([bytesOf("{}")]);
  await buffer.close();
  // Events 2, 4, 6 and 8.
  for (const event of [2, 4, 6, 8]) {
    many.decay(at(1), (bytes) => bytes[44 + 26 * event - 1]! ^= 1);
  }
  const damaged = parsed((await ls(many, true)).out).at(-1);
  assert.match(damaged.note, /^damaged at bytes 70 to 95: event 2 is lost \(and 3 more: falco-/);
  assert.equal(damaged.last, 9);
});

Deno.test("buffer ls passes over what is shipped meanwhile, and follows what is quarantined", async () => {
  const disk = await written();
  const { code, out } = await ls({
    list: (directory) => {
      const listed = disk.list(directory);
      disk.takeAway(at(1));
      disk.rename(at(3), `${DIRECTORY}/${segmentName(3, true)}`);
      return listed;
    },
    openForReading: (path) => disk.openForReading(path),
  }, true);
  assert.equal(code, 0);
  assert.deepEqual(parsed(out).slice(1).map(({ file, state }) => [file, state]), [
    [segmentName(3, true), "quarantined"],
    [segmentName(5), "tail"],
  ]);
});

Deno.test("buffer cat prints what was received digit for digit, on one line, whatever it is", async () => {
  const disk = await written([
    '{"n": 12345678901234567890, "x": 1.0, "n": 2}',
    '{\r\n  "a": "b\\n",\n  "c": "ü\u2028"\n}',
    "no JSON\n",
    '\uFEFF{"bom": 1}',
  ]);
  const { code, out, err } = await cat(disk);
  assert.deepEqual([code, err], [0, ""]);
  const received = `"received":"${NOON}"`;
  assert.equal(
    out,
    `{"sequence":1,${received},"event":{"n": 12345678901234567890, "x": 1.0, "n": 2}}\n` +
      `{"sequence":2,${received},"event":{    "a": "b\\n",   "c": "ü\u2028" }}\n` +
      `{"sequence":3,${received},"raw":"no JSON\\n"}\n` +
      `{"sequence":4,${received},"raw":"\uFEFF{\\"bom\\": 1}"}\n`,
  );
});

Deno.test("buffer cat prints what waits, or all that files hold", async () => {
  const disk = await written();
  ship(disk);
  const sequences = (out: string) => parsed(out).map(({ sequence }) => sequence);
  assert.deepEqual(sequences((await cat(disk)).out), [3, 4, 5]);
  assert.deepEqual(sequences((await cat(disk, [at(5), at(1)])).out), [5, 1, 2]);
  disk.cutOff(at(5), 70);
  const unfinished = await cat(disk);
  assert.deepEqual([unfinished.code, unfinished.err], [0, ""]);
  assert.deepEqual(sequences(unfinished.out), [3, 4]);
});

Deno.test("buffer cat prints around damage, names it on standard error, and ends with 1", async () => {
  const disk = await written();
  disk.decay(at(3), (bytes) => bytes[50]! ^= 1);
  const { code, out, err } = await cat(disk);
  assert.equal(code, 1);
  assert.deepEqual(parsed(out).map(({ event }) => event.id), [1, 2, 4, 5]);
  assert.equal(err, `falco-lake: ${at(3)}: damaged at bytes 44 to 75: event 3 is lost\n`);
  disk.write("/text", bytesOf("no segment"));
  const files = await cat(disk, ["/text", "/none", at(1)]);
  assert.equal(files.code, 1);
  assert.equal(parsed(files.out).length, 2);
  assert.match(files.err, /^falco-lake: \/text: no segment.*\nfalco-lake: \/none: cannot be read/);
});

Deno.test("buffer verify names each damage, sums up, and ends with 1; notes are no damage", async () => {
  const disk = await written();
  disk.cutOff(at(5), 70);
  const sound = await verify(disk, false);
  assert.equal(sound.code, 0);
  assert.match(
    sound.out,
    /^note: \/buffer\/0+5\.seg: an unfinished write of 26 bytes.*\nRead 3 segments, 4 events, 286 bytes: nothing is damaged\n$/,
  );
  disk.decay(at(1), (bytes) => bytes[50]! ^= 1);
  const people = await verify(disk, false);
  assert.equal(people.code, 1);
  assert.match(
    people.out,
    /^damage: \/buffer\/0+1\.seg: damaged at bytes 44 to 75: event 1 is lost$/m,
  );
  assert.match(people.out, /3 events, 286 bytes: 1 damage found, up to 1 event lost\n$/);
  const machines = await verify(disk, true);
  assert.equal(machines.code, 1);
  const [damage, note, summary] = parsed(machines.out);
  assert.deepEqual(damage, {
    kind: "damage",
    path: at(1),
    start: 44,
    end: 76,
    firstLost: 1,
    lost: 1,
    text: "damaged at bytes 44 to 75: event 1 is lost",
  });
  assert.deepEqual([note.kind, note.path], ["note", at(5)]);
  assert.deepEqual(summary, {
    kind: "summary",
    segments: 3,
    events: 3,
    bytes: 286,
    damaged: 1,
    lost: 1,
  });
  assert.equal((await verify(disk, true, [at(3)])).code, 0);
  disk.takeAway(`${DIRECTORY}/cursor-lake`);
  disk.cutOff(at(1), 44);
  assert.match((await verify(disk, false)).out, /: 1 damage found, no event lost\n$/);
});

Deno.test("A folder that cannot be read is named with its key", async () => {
  const disk = new MemoryDisk();
  await assert.rejects(
    ls(disk, true),
    /^Error: Cannot read buffer\.directory \/buffer: .*; set buffer\.directory or BUFFER_DIRECTORY$/,
  );
  disk.fail("openForReading", new Error("Permission denied (os error 13)"));
  await assert.rejects(verify(disk, true), /Permission denied .*; run this as the user that/);
});

Deno.test("A received time has microseconds, and may be one that no calendar has", () => {
  assert.equal(isoMicroseconds(1_795_262_400_123_456), "2026-11-21T12:00:00.123456Z");
  assert.equal(isoMicroseconds(1_795_262_400_000_001), "2026-11-21T12:00:00.000001Z");
  assert.equal(isoMicroseconds(2 ** 64), undefined);
  assert.equal(isoMicroseconds(undefined), undefined);
});
