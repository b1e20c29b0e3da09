import assert from "node:assert/strict";
import type { DiskFile } from "../../src/platform/disk.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { seeded } from "../support/seeded.ts";

/*
 * What a crash may leave is tried with many fixed seeds: all that the model says is possible must
 * come up, and nothing else.
 */

const SEEDS = Array.from({ length: 2000 }, (_, seed) => seed);
const BOX = "/box";
const FILE = `${BOX}/file`;
const bytes = (text: string) => new TextEncoder().encode(text);
const broken = new Error("broken");

async function emptyDisk(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await disk.makeDirectory(BOX);
  return disk;
}

/** A disk with a file that is durable, opened for writing. */
async function withFile(text: string): Promise<[MemoryDisk, DiskFile]> {
  const disk = await emptyDisk();
  disk.write(FILE, bytes(text));
  return [disk, disk.openForWriting(FILE)];
}

function textOf(disk: MemoryDisk, path = FILE): string {
  const name = path.slice(BOX.length + 1);
  if (!disk.names(BOX).includes(name)) return "-";
  return new TextDecoder().decode(disk.read(path)).replaceAll("\0", "_");
}

/** All that is found after a crash with some seed. */
function afterCrashes(disk: MemoryDisk, look: (disk: MemoryDisk) => string = textOf): Set<string> {
  return new Set(SEEDS.map((seed) => look(disk.crash(seeded(seed)))));
}

const is = (...found: readonly string[]) => new Set(found);
const namesOf = (disk: MemoryDisk) => disk.names(BOX).join(" ");

Deno.test("What is synced survives every crash, and the same seed gives the same crash", async () => {
  const disk = await emptyDisk();
  const file = disk.create(FILE);
  file.append(bytes("synced"));
  await file.syncData();
  await disk.syncDirectory(BOX);
  assert.deepEqual(afterCrashes(disk), is("synced"));
  assert.equal(disk.durableBytes(FILE), 6);
  file.append(bytes("x".repeat(500)));
  for (const seed of SEEDS) {
    assert.equal(textOf(disk.crash(seeded(seed))), textOf(disk.crash(seeded(seed))));
  }
  assert.equal(disk.read(FILE).length, 506); // a crash is a copy
  assert.deepEqual(afterCrashes(disk.clone()), is(textOf(disk)));
});

Deno.test("What is not synced is lost, torn at any byte, or reordered by pages, never invented", async () => {
  const [disk, file] = await withFile("sync");
  const added = "0123456789".repeat(10);
  file.append(bytes(added));
  assert.equal(disk.durableBytes(FILE), 4);
  const found = afterCrashes(disk);
  const whole = `sync${added}`;
  for (const text of found) {
    assert.ok(text.startsWith("sync"), text);
    for (const [at, character] of [...text].entries()) {
      assert.match(character, RegExp(`[_${whole[at]}]`));
    }
    // Pages of 32 bytes come or do not, as wholes.
    for (let page = 32; page < text.length; page += 32) {
      assert.match(text.slice(page, page + 32), /^(_+|\d+)$/);
    }
  }
  const lengths = new Set([...found].map(({ length }) => length));
  assert.deepEqual(
    [...lengths].sort((a, b) => a - b),
    Array.from({ length: 101 }, (_, at) => 4 + at),
  );
  assert.ok(found.has(whole) && found.has("sync"));
  const isReordered = (text: string) => /_{32}\d/.test(text);
  assert.ok([...found].some(isReordered));
});

Deno.test("A sync covers what was written when it began, and nothing later", async () => {
  const [disk, file] = await withFile("a");
  let go = () => {};
  disk.beforeSync = () => new Promise((resolve) => go = resolve);
  file.append(bytes("b"));
  const syncing = file.syncData();
  file.append(bytes("c"));
  assert.equal(disk.durableBytes(FILE), 1);
  go();
  await syncing;
  assert.equal(disk.durableBytes(FILE), 2);
  assert.deepEqual(afterCrashes(disk), is("ab", "abc", "ab_"));
});

Deno.test("A truncation that is not synced may not have happened, whatever was appended since", async () => {
  const [disk, file] = await withFile("abcdef");
  file.truncate(2);
  assert.deepEqual(afterCrashes(disk), is("abcdef", "ab"));
  file.append(bytes("XY"));
  assert.deepEqual(afterCrashes(disk), is("abcdef", "ab", "abX", "abXY", "ab_", "ab__"));
  assert.equal(disk.durableBytes(FILE), 2);
  await file.syncData();
  assert.deepEqual(afterCrashes(disk), is("abXY"));
});

Deno.test("A new name may be gone until its folder is synced, and its data until that is", async () => {
  const disk = await emptyDisk();
  const file = disk.create(FILE);
  file.append(bytes("x"));
  assert.deepEqual(afterCrashes(disk), is("-", "", "x", "_"));
  assert.equal(disk.durableBytes(FILE), 0);
  await file.syncData();
  assert.deepEqual(afterCrashes(disk), is("-", "x"));
  assert.equal(disk.durableBytes(FILE), 0);
  await disk.syncDirectory(BOX);
  assert.deepEqual(afterCrashes(disk), is("x"));
  assert.equal(disk.durableBytes(FILE), 1);
});

Deno.test("A removed name may be back until its folder is synced", async () => {
  const [disk, file] = await withFile("x");
  file.close();
  disk.remove(FILE);
  assert.deepEqual(afterCrashes(disk), is("-", "x"));
  await disk.syncDirectory(BOX);
  assert.deepEqual(afterCrashes(disk), is("-"));
});

Deno.test("Changes of names survive in order or in any, until a sync that began after them", async () => {
  const disk = await emptyDisk();
  for (const name of ["a", "b", "c"]) disk.create(`${BOX}/${name}`);
  assert.deepEqual(
    afterCrashes(disk, namesOf),
    is("", "a", "b", "c", "a b", "a c", "b c", "a b c"),
  );
  disk.turns = () => 3;
  const syncing = disk.syncDirectory(BOX);
  disk.create(`${BOX}/d`);
  disk.remove(`${BOX}/a`);
  await syncing;
  assert.deepEqual(afterCrashes(disk, namesOf), is("a b c", "a b c d", "b c", "b c d"));
});

Deno.test("A rename happens as a whole: its file has one name, and what it replaces is never missing", async () => {
  const disk = await emptyDisk();
  disk.write(`${BOX}/old`, bytes("old"));
  disk.write(`${BOX}/new`, bytes("new"));
  disk.rename(`${BOX}/new`, `${BOX}/old`);
  const look = (left: MemoryDisk) => `${textOf(left, `${BOX}/old`)} ${textOf(left, `${BOX}/new`)}`;
  assert.deepEqual(afterCrashes(disk, look), is("old new", "new -"));
  await disk.syncDirectory(BOX);
  assert.deepEqual(afterCrashes(disk, look), is("new -"));
});

Deno.test("durableBytes() says what every crash leaves, under whatever name", async () => {
  const [disk] = await withFile("abc");
  disk.rename(FILE, `${BOX}/moved`);
  assert.equal(disk.durableBytes(`${BOX}/moved`), 3);
  disk.write(`${BOX}/other`, bytes("x"));
  disk.rename(`${BOX}/moved`, `${BOX}/third`);
  disk.rename(`${BOX}/other`, `${BOX}/moved`);
  // Without the second rename, the third takes the file's only name.
  assert.equal(disk.durableBytes(`${BOX}/third`), 0);
  const look = (left: MemoryDisk) =>
    left.names(BOX).some((name) => textOf(left, `${BOX}/${name}`) === "abc") ? "there" : "gone";
  assert.deepEqual(afterCrashes(disk, look), is("there", "gone"));
});

Deno.test("After a sync that failed another proves nothing: only what is written anew is durable", async () => {
  const [disk, file] = await withFile("sync");
  file.append(bytes("lost"));
  disk.failNext("syncData", broken);
  await assert.rejects(file.syncData(), broken);
  await file.syncData();
  assert.equal(textOf(disk), "synclost"); // the page cache has it
  assert.equal(disk.durableBytes(FILE), 4);
  assert.deepEqual(afterCrashes(disk), is("synclost", "sync____"));
  file.append(bytes("more"));
  await file.syncData();
  assert.deepEqual(afterCrashes(disk), is("synclostmore", "sync____more"));
  file.truncate(4);
  file.append(bytes("anew"));
  await file.syncData();
  assert.deepEqual(afterCrashes(disk), is("syncanew"));
});

Deno.test("A new folder may be gone with all that is in it until its parent was synced", async () => {
  const disk = await emptyDisk();
  disk.failNext("syncDirectory", broken, BOX);
  await assert.rejects(disk.makeDirectory(`${BOX}/new`), broken);
  const file = disk.create(`${BOX}/new/file`);
  await file.syncData();
  await disk.syncDirectory(`${BOX}/new`);
  const look = (left: MemoryDisk) => left.listDirectories(BOX).join();
  assert.deepEqual(afterCrashes(disk, look), is("", "new"));
  await disk.makeDirectory(`${BOX}/new`);
  assert.deepEqual(afterCrashes(disk, look), is("new"));
  assert.deepEqual(disk.crash(seeded(1)).names(`${BOX}/new`), ["file"]);
});

Deno.test("What was moved away is back after a crash, over what took its place", async () => {
  const [disk, file] = await withFile("there");
  disk.moveAway(BOX);
  file.append(bytes("!"));
  await file.syncData();
  await disk.makeDirectory(BOX);
  disk.write(FILE, bytes("meanwhile"));
  assert.equal(textOf(disk), "meanwhile");
  assert.deepEqual(afterCrashes(disk), is("there!"));
  disk.putBack(BOX);
  assert.equal(textOf(disk), "there!");
  disk.putBack(BOX);
  assert.equal(textOf(disk), "there!");
});

Deno.test("What others take away is gone for good with its folder, and decay is seen by all", async () => {
  const [disk, file] = await withFile("abcdef");
  file.append(bytes("g"));
  disk.decay(FILE, (data) => {
    data[1] = 0;
  });
  assert.deepEqual(afterCrashes(disk.clone()), is("a_cdefg"));
  disk.takeFolderAway(BOX);
  assert.deepEqual([file.look().place, disk.names(BOX)], ["deleted", []]);
  assert.deepEqual(afterCrashes(disk, (left) => String(left.names(BOX).length)), is("0"));
});

Deno.test("A crash and a clean stop end every lock", async () => {
  const disk = await emptyDisk();
  assert.equal(disk.lock(`${BOX}/lock`, "1").kind, "locked");
  assert.equal(disk.lock(`${BOX}/lock`, "2").kind, "held");
  for (const left of [disk.clone(), disk.crash(seeded(0))]) {
    assert.equal(left.lock(`${BOX}/lock`, "3").kind, "locked");
  }
});
