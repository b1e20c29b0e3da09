import assert from "node:assert/strict";
import { describeAwsError } from "../../src/lake/aws_error.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { readSurroundings } from "../../src/lake/surroundings.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import { makeAuthority, NO_OPENSSL } from "../support/authority.ts";
import { bucketConfig } from "../support/aws.ts";
import { fakeS3 } from "../support/fake_s3.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { ROOT } from "../support/root.ts";
import { sandbox } from "../support/sandbox.ts";
import { testUnless } from "../support/skip.ts";

const never = new AbortController().signal;
const BYTES = new Uint8Array([1, 2, 3]);
const read = (path: string) => Deno.readTextFileSync(path);

testUnless(NO_OPENSSL, "tlsclient.cacertfile makes a private authority trusted", async () => {
  await using box = sandbox();
  const authority = await makeAuthority(box.directory, "private");
  const another = await makeAuthority(box.directory, "another");
  const both = `${box.directory}/both.pem`;
  Deno.writeTextFileSync(both, [another, authority].map(({ path }) => read(path)).join("\n"));
  for (const path of [authority.path, both]) {
    await using s3 = fakeS3(() => 200, authority);
    const { aws } = bucketConfig(s3.endpoint);
    const store = await s3Store(aws, { surroundings: await readSurroundings(path, systemDisk) });
    await store.put("a", BYTES, never);
    assert.deepEqual([...s3.objects.values()], [BYTES]);
    // From 2 MiB on the SDK would ask before it sends, over a connection of its own.
    const large = new Uint8Array(3_000_000);
    await store.put("a", large, never);
    assert.deepEqual([...s3.objects.values()], [large]);
  }
});

testUnless(NO_OPENSSL, "Without it the hint names tlsclient.cacertfile", async () => {
  await using box = sandbox();
  const authority = await makeAuthority(box.directory, "private");
  const another = await makeAuthority(box.directory, "another");
  await using s3 = fakeS3(() => 200, authority);
  const { aws } = bucketConfig(s3.endpoint);
  for (const path of ["", another.path]) {
    const store = await s3Store(aws, { surroundings: await readSurroundings(path, systemDisk) });
    await assert.rejects(store.put("a", BYTES, never), (error) => {
      const { class: kind, hint } = describeAwsError(error);
      assert.equal(kind, "network");
      assert.match(hint, /tlsclient\.cacertfile/);
      return true;
    });
  }
});

testUnless(NO_OPENSSL, "Authorities that were trusted before go on being trusted", async () => {
  await using box = sandbox();
  const [builtIn, ours] = [
    await makeAuthority(box.directory, "built-in"),
    await makeAuthority(box.directory, "ours"),
  ];
  await using first = fakeS3(() => 200, builtIn);
  await using second = fakeS3(() => 200, ours);
  // In a process of its own: Deno reads NODE_EXTRA_CA_CERTS when it starts.
  const program = `
    import { s3Store } from "${ROOT}src/lake/s3_store.ts";
    import { readSurroundings } from "${ROOT}src/lake/surroundings.ts";
    import { systemDisk } from "${ROOT}src/platform/disk.ts";
    const surroundings = await readSurroundings(${JSON.stringify(ours.path)}, systemDisk);
    for (const aws of ${
    JSON.stringify([first, second].map((s3) => bucketConfig(s3.endpoint).aws))
  }) {
      const store = await s3Store(aws, { surroundings });
      await store.put("a", new Uint8Array([1, 2, 3]), new AbortController().signal);
    }`;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--config", `${ROOT}deno.json`, program],
    env: { NODE_EXTRA_CA_CERTS: builtIn.path },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.deepEqual([first.objects.size, second.objects.size], [1, 1]);
});

testUnless(NO_OPENSSL, "readSurroundings() takes each certificate of a file", async () => {
  await using box = sandbox();
  const [one, two] = [
    await makeAuthority(box.directory, "one"),
    await makeAuthority(box.directory, "two"),
  ];
  const texts = [one, two].map(({ path }) => read(path));
  const path = `${box.directory}/both.pem`;
  Deno.writeTextFileSync(path, `One of ours:\n${texts.join("\nand another\n")}\n`);
  const { authorities } = await readSurroundings(path, systemDisk);
  assert.deepEqual(authorities, texts);
});

Deno.test("readSurroundings() goes on without a tlsclient.cacertfile that cannot be used, and names it", async () => {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/etc");
  const write = (path: string, text: string) => {
    const file = disk.create(path);
    file.append(new TextEncoder().encode(text));
    file.close();
  };
  const refused = async (path: string, why: RegExp) => {
    const { authorities, problem } = await readSurroundings(path, disk);
    assert.deepEqual(authorities, []);
    assert.match(problem!, why);
  };
  await refused(
    "/etc/none.pem",
    /^tlsclient\.cacertfile: cannot read \/etc\/none\.pem: /,
  );
  write("/etc/key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  await refused(
    "/etc/key.pem",
    /^tlsclient\.cacertfile: \/etc\/key\.pem holds no certificate in PEM$/,
  );
  write("/etc/bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  await refused(
    "/etc/bad.pem",
    /^tlsclient\.cacertfile: \/etc\/bad\.pem: certificate 1 of 1 cannot be read: /,
  );
});

Deno.test("readSurroundings() knows the host's name where /etc/hostname has it", async () => {
  const disk = new MemoryDisk();
  assert.equal((await readSurroundings("", disk)).hostName, "");
  await disk.makeDirectory("/etc");
  const file = disk.create("/etc/hostname");
  file.append(new TextEncoder().encode("node-7\n"));
  file.close();
  assert.equal((await readSurroundings("", disk)).hostName, "node-7");
});
