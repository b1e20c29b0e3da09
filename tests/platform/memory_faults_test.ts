import assert from "node:assert/strict";
import type { DiskFile } from "../../src/platform/disk.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import type { Operation } from "../support/memory_faults.ts";
import { seeded } from "../support/seeded.ts";

const BOX = "/box";
const FILE = `${BOX}/file`;
const bytes = (text: string) => new TextEncoder().encode(text);
const broken = new Error("broken");

/** A disk with a file that is durable, opened for writing. */
function withFile(text: string): [MemoryDisk, DiskFile] {
  const disk = new MemoryDisk();
  disk.write(FILE, bytes(text));
  return [disk, disk.openForWriting(FILE)];
}

const textOf = (disk: MemoryDisk): string => new TextDecoder().decode(disk.read(FILE));

const OPERATIONS: Readonly<Record<Operation, (disk: MemoryDisk, file: DiskFile) => unknown>> = {
  create: (disk) => disk.create(`${BOX}/another`),
  openForReading: (disk) => disk.openForReading(FILE),
  openForWriting: (disk) => disk.openForWriting(FILE),
  append: (_, file) => file.append(bytes("x")),
  truncate: (_, file) => file.truncate(0),
  readAt: (_, file) => file.readAt(0, new Uint8Array(1)),
  syncData: (_, file) => file.syncData(),
  syncDirectory: (disk) => disk.syncDirectory(BOX),
  rename: (disk) => disk.rename(FILE, `${BOX}/renamed`),
  remove: (disk) => disk.remove(FILE),
  list: (disk) => disk.list(BOX),
  makeDirectory: (disk) => disk.makeDirectory(`${BOX}/new`),
  lock: (disk) => disk.lock(`${BOX}/lock`, ""),
  look: (_, file) => file.look(),
};

for (const [operation, act] of Object.entries(OPERATIONS)) {
  const kind = operation as Operation;
  Deno.test(`${kind} fails once, or until it is healed, where the path ends as it is told`, async () => {
    const [disk, file] = withFile("abcdef");
    // What throws, and what rejects, are the same here.
    const attempt = async () => void await act(disk, file);
    disk.failNext(kind, broken);
    await assert.rejects(attempt(), broken);
    if (kind !== "append") assert.equal(textOf(disk), "abcdef");
    disk.fail(kind, broken);
    for (let time = 0; time < 3; time++) await assert.rejects(attempt(), broken);
    disk.heal();
    disk.failNext(kind, broken, "elsewhere");
    await attempt();
  });
}

Deno.test("An append that fails has written half", () => {
  const [disk, file] = withFile("");
  disk.failNext("append", broken);
  assert.throws(() => file.append(bytes("abcdef")), broken);
  assert.equal(textOf(disk), "abc");
});

Deno.test("A read-only disk refuses every change until it is healed, and can be read", async () => {
  const [disk, file] = withFile("abc");
  file.append(bytes("d"));
  disk.isReadOnly = true;
  const changes: readonly Operation[] = [
    "create",
    "openForWriting",
    "append",
    "truncate",
    "syncData",
    "rename",
    "remove",
    "makeDirectory",
    "lock",
  ];
  for (const operation of changes) {
    const attempt = async () => void await OPERATIONS[operation](disk, file);
    await assert.rejects(attempt(), /os error 30/, operation);
  }
  assert.deepEqual(disk.list(BOX), [{ name: "file", size: 4 }]);
  assert.equal(disk.openForReading(FILE).readAt(0, new Uint8Array(9)), 4);
  disk.heal();
  file.append(bytes("e"));
  assert.equal(textOf(disk), "abcde");
});

Deno.test("A block that cannot be read costs every read that touches it, over a crash, until it is healed", () => {
  const [disk] = withFile("x".repeat(3 * 4096));
  disk.makeUnreadable(FILE, 5000);
  for (const left of [disk, disk.clone(), disk.crash(seeded(0))]) {
    const file = left.openForReading(FILE);
    assert.equal(file.readAt(0, new Uint8Array(4096)), 4096);
    assert.equal(file.readAt(8192, new Uint8Array(9999)), 4096);
    for (const [offset, size] of [[4095, 2], [4096, 1], [8191, 1], [0, 9999]] as const) {
      assert.throws(() => file.readAt(offset, new Uint8Array(size)), /os error 5\b/);
    }
    left.heal();
    assert.equal(file.readAt(0, new Uint8Array(99999)), 3 * 4096);
  }
});

Deno.test("A disk takes what fits, gives back what is removed, and can be filled by others", () => {
  const [disk, file] = withFile("abc");
  disk.capacity = 10;
  assert.equal(disk.free, 7);
  assert.throws(() => file.append(bytes("0123456789")), /os error 28/);
  assert.equal(textOf(disk), "abc0123456");
  file.truncate(4);
  disk.fill(2);
  assert.equal(disk.free, 2);
  assert.throws(() => file.append(bytes("XYZ")), /os error 28/);
  assert.equal(textOf(disk), "abc0XY");
  assert.equal(disk.crash(seeded(0)).capacity, 10);
  disk.heal();
  assert.equal(disk.free, 4);
  disk.remove(FILE);
  assert.equal(disk.free, 10);
});
