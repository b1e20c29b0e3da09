import assert from "node:assert/strict";
import { systemDisk } from "../../src/platform/disk.ts";
import { sandbox } from "../support/sandbox.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function contents(path: string): string {
  return Deno.readTextFileSync(path);
}

Deno.test("makeDirectory() creates a folder with its parents for the owner alone, and takes one that exists", async () => {
  await using box = sandbox();
  const path = `${box.directory}/a/b/c`;
  await systemDisk.makeDirectory(path);
  await systemDisk.makeDirectory(path);
  for (const folder of [path, `${box.directory}/a/b`, `${box.directory}/a`]) {
    assert.equal(Deno.statSync(folder).mode! & 0o777, 0o700);
  }
  Deno.writeTextFileSync(`${box.directory}/file`, "");
  await assert.rejects(systemDisk.makeDirectory(`${box.directory}/file`), /exists/);
});

Deno.test("A file grows by appending, wherever it was read before, and after it was cut off", async () => {
  await using box = sandbox();
  const path = `${box.directory}/file`;
  const file = systemDisk.create(path);
  file.append(bytes("abcdef"));
  const into = new Uint8Array(4);
  assert.equal(file.readAt(4, into), 2);
  file.append(bytes("gh"));
  file.truncate(3);
  file.append(bytes("X"));
  await file.syncData();
  assert.equal(file.size(), 4);
  file.close();
  assert.equal(contents(path), "abcX");
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
  assert.throws(() => systemDisk.create(path), Deno.errors.AlreadyExists);
  const again = systemDisk.openForWriting(path);
  again.append(bytes("Y"));
  again.close();
  assert.equal(contents(path), "abcXY");
});

Deno.test("list() tells files and their sizes, and leaves folders out", async () => {
  await using box = sandbox();
  Deno.writeTextFileSync(`${box.directory}/a`, "12345");
  Deno.mkdirSync(`${box.directory}/b`);
  assert.deepEqual(systemDisk.list(box.directory), [{ name: "a", size: 5 }]);
  assert.deepEqual(systemDisk.listDirectories(box.directory), ["b"]);
});

Deno.test("remove() and removeDirectory() take what is missing for removed", async () => {
  await using box = sandbox();
  systemDisk.remove(`${box.directory}/nothing`);
  systemDisk.removeDirectory(`${box.directory}/nothing`);
});

Deno.test("lock() is held until released, and tells the other what the holder wrote", async () => {
  await using box = sandbox();
  const path = `${box.directory}/lock`;
  const first = systemDisk.lock(path, "pid 1");
  assert.equal(first.kind, "locked");
  assert.deepEqual(systemDisk.lock(path, "pid 2"), { kind: "held", note: "pid 1" });
  if (first.kind === "locked") first.release();
  const second = systemDisk.lock(path, "pid 3");
  assert.equal(second.kind, "locked");
  assert.equal(contents(path), "pid 3");
  if (second.kind === "locked") second.release();
});
