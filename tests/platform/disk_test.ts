import assert from "node:assert/strict";
import { type DiskFile, systemDisk } from "../../src/platform/disk.ts";
import { sandbox } from "../support/sandbox.ts";
import { type DiskInHands, DISKS } from "./disks.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const { NotFound, AlreadyExists, BadResource } = Deno.errors;

/** What every disk must do, the one in memory like the real one. */
function contract(name: string, check: (hands: DiskInHands) => Promise<void> | void): void {
  for (const [which, open] of Object.entries(DISKS)) {
    Deno.test(`${name}, on ${which}`, async () => {
      await using hands = await open();
      await check(hands);
    });
  }
}

function written({ disk, root }: DiskInHands, text: string, name = "file"): [DiskFile, string] {
  const path = `${root}/${name}`;
  const file = disk.create(path);
  file.append(bytes(text));
  return [file, path];
}

function readAt(file: DiskFile, offset: number, size: number): string {
  const into = new Uint8Array(size);
  return new TextDecoder().decode(into.subarray(0, file.readAt(offset, into)));
}

contract("A file grows by appending, wherever it was read before", async (hands) => {
  const [file, path] = written(hands, "abcdef");
  assert.equal(readAt(file, 4, 4), "ef");
  file.append(bytes("gh"));
  file.append(bytes(""));
  await file.syncData();
  assert.deepEqual([file.size(), readAt(file, 0, 99)], [8, "abcdefgh"]);
  file.close();
  const again = hands.disk.openForWriting(path);
  again.append(bytes("i"));
  again.close();
  assert.equal(hands.read(path), "abcdefghi");
});

contract("A file that was cut off grows from there, and with zeros beyond its end", (hands) => {
  const [file, path] = written(hands, "abcdef");
  file.truncate(3);
  assert.equal(file.size(), 3);
  file.append(bytes("X"));
  file.truncate(6);
  file.append(bytes("Y"));
  file.close();
  assert.equal(hands.read(path), "abcX\0\0Y");
});

contract("readAt() reads what there is: less at the end, nothing behind it", (hands) => {
  const [file] = written(hands, "abcdef");
  assert.deepEqual([2, 5, 6, 60].map((at) => readAt(file, at, 3)), ["cde", "f", "", ""]);
  assert.equal(readAt(file, 2, 0), "");
  file.close();
});

contract("A file opened for reading cannot be changed", async (hands) => {
  const [file, path] = written(hands, "abc");
  file.close();
  const reading = hands.disk.openForReading(path);
  assert.throws(() => reading.append(bytes("d")), /os error 9/);
  assert.throws(() => reading.truncate(1));
  await reading.syncData();
  reading.close();
  assert.equal(hands.read(path), "abc");
});

contract("A closed file can do nothing any more", async (hands) => {
  const [file] = written(hands, "abc");
  file.close();
  assert.throws(() => file.append(bytes("d")), BadResource);
  assert.throws(() => readAt(file, 0, 1), BadResource);
  assert.throws(() => file.truncate(0), BadResource);
  assert.throws(() => file.size(), BadResource);
  assert.throws(() => file.close(), BadResource);
  await assert.rejects(async () => await file.syncData(), BadResource);
});

contract("create() takes no file that exists; nobody opens one that does not", (hands) => {
  const { disk, root } = hands;
  const [file, path] = written(hands, "abc");
  file.close();
  assert.throws(() => disk.create(path), AlreadyExists);
  assert.equal(hands.read(path), "abc");
  assert.throws(() => disk.openForReading(`${root}/other`), NotFound);
  assert.throws(() => disk.openForWriting(`${root}/other`), NotFound);
  assert.deepEqual(disk.list(root), [{ name: "file", size: 3 }]);
});

contract(
  "A missing folder has nothing, takes nothing, and is said to be missing",
  async (hands) => {
    const { disk, root } = hands;
    const missing = `${root}/missing`;
    const [file, path] = written(hands, "abc");
    file.close();
    assert.throws(() => disk.create(`${missing}/file`), NotFound);
    assert.throws(() => disk.openForReading(`${missing}/file`), NotFound);
    assert.throws(() => disk.list(missing), NotFound);
    assert.throws(() => disk.listDirectories(missing), NotFound);
    assert.throws(() => disk.lock(`${missing}/lock`, ""), NotFound);
    assert.throws(() => disk.rename(path, `${missing}/file`), NotFound);
    await assert.rejects(disk.syncDirectory(missing), NotFound);
    disk.remove(`${missing}/file`);
    disk.removeDirectory(missing);
    assert.equal(hands.read(path), "abc");
  },
);

contract(
  "list() tells files and their sizes, listDirectories() folders; neither goes deeper",
  async (hands) => {
    const { disk, root } = hands;
    assert.deepEqual([disk.list(root), disk.listDirectories(root)], [[], []]);
    written(hands, "12345", "a")[0].close();
    await disk.makeDirectory(`${root}/b/c`);
    written(hands, "", "b/d")[0].close();
    assert.deepEqual(disk.list(root), [{ name: "a", size: 5 }]);
    assert.deepEqual(disk.listDirectories(root), ["b"]);
  },
);

contract("makeDirectory() takes a folder that exists, and no file", async (hands) => {
  const { disk, root } = hands;
  await disk.makeDirectory(`${root}/a/b/c`);
  written(hands, "x", "a/b/c/file")[0].close();
  await disk.makeDirectory(`${root}/a/b/c`);
  assert.deepEqual(disk.list(`${root}/a/b/c`), [{ name: "file", size: 1 }]);
  await assert.rejects(disk.makeDirectory(`${root}/a/b/c/file`), AlreadyExists);
  await assert.rejects(disk.makeDirectory(`${root}/a/b/c/file/below`));
});

contract("remove() and removeDirectory() take what is missing for removed", async (hands) => {
  const { disk, root } = hands;
  disk.remove(`${root}/nothing`);
  disk.removeDirectory(`${root}/nothing`);
  await disk.makeDirectory(`${root}/a/b`);
  written(hands, "x", "a/b/file")[0].close();
  disk.removeDirectory(`${root}/a`);
  assert.deepEqual(disk.listDirectories(root), []);
  assert.throws(() => disk.list(`${root}/a/b`), NotFound);
  written(hands, "x")[0].close();
  disk.remove(`${root}/file`);
  await disk.syncDirectory(root);
  assert.deepEqual(disk.list(root), []);
});

contract("rename() replaces what has the name, and its file stays open", (hands) => {
  const { disk, root } = hands;
  const [moved, from] = written(hands, "new", "from");
  const [replaced, to] = written(hands, "old", "to");
  disk.rename(from, to);
  moved.append(bytes("!"));
  assert.deepEqual([hands.read(to), readAt(replaced, 0, 9)], ["new!", "old"]);
  assert.deepEqual(disk.list(root), [{ name: "to", size: 4 }]);
  assert.equal(moved.look().place, "elsewhere");
  assert.deepEqual(replaced.look(), { place: "deleted", size: 3 });
  assert.throws(() => disk.rename(from, to), NotFound);
  disk.rename(to, to);
  assert.equal(hands.read(to), "new!");
  moved.close();
  replaced.close();
});

contract("look() tells what others did to an open file, which goes on working", async (hands) => {
  const [file, path] = written(hands, "abcdef");
  assert.deepEqual(file.look(), { place: "here", size: 6 });
  hands.cutOff(path, 2);
  assert.deepEqual(file.look(), { place: "here", size: 2 });
  assert.equal(readAt(file, 0, 9), "ab");
  file.append(bytes("X"));
  assert.equal(hands.read(path), "abX");
  hands.put(path, "another");
  assert.deepEqual(file.look(), { place: "deleted", size: 3 });
  file.append(bytes("Y"));
  await file.syncData();
  assert.deepEqual([readAt(file, 0, 9), file.size(), hands.read(path)], ["abXY", 4, "another"]);
  file.close();
  const other = hands.disk.openForWriting(path);
  hands.takeAway(path);
  assert.deepEqual(other.look(), { place: "deleted", size: 7 });
  other.close();
});

contract("look() tells whether a file's folder was moved, put back, or deleted", async (hands) => {
  const folder = `${hands.root}/folder`;
  await hands.disk.makeDirectory(folder);
  const [file] = written(hands, "abc", "folder/file");
  hands.moveFolderAway(folder);
  assert.deepEqual(file.look(), { place: "elsewhere", size: 3 });
  assert.throws(() => hands.disk.list(folder), NotFound);
  hands.putFolderBack(folder);
  assert.deepEqual(file.look(), { place: "here", size: 3 });
  hands.takeFolderAway(folder);
  assert.deepEqual(file.look(), { place: "deleted", size: 3 });
  await hands.disk.makeDirectory(folder);
  assert.equal(file.look().place, "deleted");
  assert.deepEqual(hands.disk.list(folder), []);
  file.close();
});

contract("lock() is held until released, and tells the other what the holder wrote", (hands) => {
  const { disk, root } = hands;
  const path = `${root}/lock`;
  const first = disk.lock(path, "pid 1, the first");
  assert.ok(first.kind === "locked");
  assert.deepEqual(disk.lock(path, "pid 2"), { kind: "held", note: "pid 1, the first" });
  assert.equal(first.place(), "here");
  first.release();
  const second = disk.lock(path, "pid 3");
  assert.ok(second.kind === "locked");
  assert.equal(hands.read(path), "pid 3");
  second.release();
  assert.deepEqual(disk.list(root), [{ name: "lock", size: 5 }]);
});

contract("A lock knows whether its file was deleted, and holds nobody else up then", (hands) => {
  const path = `${hands.root}/lock`;
  const first = hands.disk.lock(path, "1");
  hands.takeAway(path);
  const second = hands.disk.lock(path, "2");
  assert.ok(first.kind === "locked" && second.kind === "locked");
  assert.deepEqual([first.place(), second.place()], ["deleted", "here"]);
  first.release();
  assert.deepEqual(hands.disk.lock(path, "3"), { kind: "held", note: "2" });
  second.release();
});

contract("A lock knows whether its folder was moved, put back, or deleted", async (hands) => {
  const folder = `${hands.root}/folder`;
  await hands.disk.makeDirectory(folder);
  const lock = hands.disk.lock(`${folder}/lock`, "1");
  assert.ok(lock.kind === "locked");
  hands.moveFolderAway(folder);
  assert.equal(lock.place(), "elsewhere");
  hands.putFolderBack(folder);
  assert.equal(lock.place(), "here");
  assert.deepEqual(hands.disk.lock(`${folder}/lock`, "2"), { kind: "held", note: "1" });
  hands.takeFolderAway(folder);
  assert.equal(lock.place(), "deleted");
  lock.release();
});

Deno.test("makeDirectory() and create() let nobody but the owner in", async () => {
  await using box = sandbox();
  const path = `${box.directory}/a/b/c`;
  await systemDisk.makeDirectory(path);
  for (const folder of [path, `${box.directory}/a/b`, `${box.directory}/a`]) {
    assert.equal(Deno.statSync(folder).mode! & 0o777, 0o700);
  }
  systemDisk.create(`${path}/file`).close();
  assert.equal(Deno.statSync(`${path}/file`).mode! & 0o777, 0o600);
});
