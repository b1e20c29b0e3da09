import assert from "node:assert/strict";
import { makeLayer } from "../../scripts/container/layer.ts";
import { readTar } from "../../scripts/container/read_tar.ts";
import type { TarEntry } from "../../scripts/container/tar_entry.ts";
import { writeTar } from "../../scripts/container/write_tar.ts";
import { bytesOf } from "../support/open_buffer.ts";
import { sandbox } from "../support/sandbox.ts";

const OWNER = { uid: 65532, gid: 7 };
const ENTRIES: readonly TarEntry[] = [
  { kind: "directory", path: "a", mode: 0o1777, ...OWNER },
  { kind: "file", path: "a/empty", mode: 0o600, content: new Uint8Array(), ...OWNER },
  { kind: "file", path: "a/block", mode: 0o755, content: new Uint8Array(512).fill(1), ...OWNER },
  { kind: "file", path: "a/more", mode: 0o644, content: new Uint8Array(513).fill(2), ...OWNER },
  { kind: "symlink", path: "a/link", mode: 0o777, target: "../b", ...OWNER },
];

Deno.test("What is written as tar is read again, by us and by the tar program", async () => {
  const tar = writeTar(ENTRIES, 86_400);
  assert.deepEqual([...readTar(tar)], ENTRIES);
  await using box = sandbox();
  Deno.writeFileSync(`${box.directory}/x.tar`, tar);
  const { success, stdout, stderr } = await new Deno.Command("tar", {
    args: ["--list", "--verbose", "--utc", "--full-time", "-f", "x.tar"],
    cwd: box.directory,
  }).output();
  assert.ok(success && stderr.length === 0, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n")
    .map((line) => line.replaceAll(/ +/g, " "));
  assert.deepEqual(lines, [
    "drwxrwxrwt 65532/7 0 1970-01-02 00:00:00 a/",
    "-rw------- 65532/7 0 1970-01-02 00:00:00 a/empty",
    "-rwxr-xr-x 65532/7 512 1970-01-02 00:00:00 a/block",
    "-rw-r--r-- 65532/7 513 1970-01-02 00:00:00 a/more",
    "lrwxrwxrwx 65532/7 0 1970-01-02 00:00:00 a/link -> ../b",
  ]);
});

Deno.test("GNU's tar files are read, with paths and targets of any length", async () => {
  await using box = sandbox();
  const long = `${"d".repeat(60)}/${"e".repeat(60)}`;
  Deno.mkdirSync(`${box.directory}/${long}`, { recursive: true });
  Deno.writeTextFileSync(`${box.directory}/${long}/file`, "content");
  Deno.symlinkSync(`/${long}`, `${box.directory}/link`);
  const { success, stdout } = await new Deno.Command("tar", {
    args: ["--create", "--format=gnu", `./${long}/file`, "./link"],
    cwd: box.directory,
  }).output();
  assert.ok(success);
  const [file, link] = [...readTar(stdout)];
  assert.ok(file?.kind === "file" && link?.kind === "symlink");
  assert.deepEqual([file.path, new TextDecoder().decode(file.content)], [
    `${long}/file`,
    "content",
  ]);
  assert.deepEqual([link.path, link.target], ["link", `/${long}`]);
});

Deno.test("A tar file that is damaged, cut off, or of something else is refused", () => {
  const tar = writeTar(ENTRIES, 0);
  const damaged = tar.slice();
  damaged[0]! ^= 1;
  assert.throws(() => [...readTar(damaged)], /a header's sum is wrong/);
  assert.throws(() => [...readTar(tar.subarray(0, 512 * 4 - 1))], /ends in the middle of a file/);
  assert.throws(() => [...readTar(tar.subarray(0, 512 * 2))], /has no end/);
  assert.throws(() => [...readTar(bytesOf("x".repeat(512)))], /sum is wrong/);
  const path = "p".repeat(101);
  assert.throws(() => writeTar([{ ...ENTRIES[1]!, path }], 0), /is too long/);
});

Deno.test("A layer has the folders above its files, and the same bytes in whatever order they come", () => {
  const root = { uid: 0, gid: 0 };
  const files: TarEntry[] = [
    { kind: "file", path: "b/c/file", mode: 0o644, content: bytesOf("1"), ...root },
    { kind: "directory", path: "b", mode: 0o700, ...OWNER },
    { kind: "file", path: "a", mode: 0o644, content: bytesOf("2"), ...root },
  ];
  const layer = makeLayer(files, 5);
  assert.deepEqual(makeLayer(files.toReversed(), 5), layer);
  const tar = writeTar([
    files[2]!,
    files[1]!,
    { kind: "directory", path: "b/c", mode: 0o755, ...root },
    files[0]!,
  ], 5);
  assert.equal(makeLayer([...readTar(tar)], 5).diffId, layer.diffId);
});
