import assert from "node:assert/strict";
import { backoff } from "../../src/lake/backoff.ts";
import { folderStore } from "../../src/lake/folder_store.ts";
import { keyRoot, objectKey } from "../../src/lake/object_key.ts";
import { s3Store } from "../../src/lake/s3_store.ts";
import { bucketConfig } from "../support/aws.ts";
import { fakeS3 } from "../support/fake_s3.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { fixedRandom } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

const PARTS = {
  prefix: "ext/falco/1.0",
  region: "eu-west-1",
  accountId: "123",
  logId: "ab",
  first: 5,
  last: 9,
};
const never = new AbortController().signal;

Deno.test("objectKey() follows Security Lake's layout, with no leading slash", () => {
  assert.equal(
    objectKey({ ...PARTS, root: keyRoot(PARTS) }, "20261121"),
    "ext/falco/1.0/region=eu-west-1/accountId=123/eventDay=20261121/ab-5-9.parquet",
  );
  assert.equal(
    objectKey(
      { ...PARTS, root: keyRoot({ prefix: "", region: "", accountId: "" }) },
      "20261121",
    ),
    "region=local/accountId=external/eventDay=20261121/ab-5-9.parquet",
  );
});

Deno.test("folderStore() leaves an object whole or not at all, whenever the power fails", async () => {
  const random = seeded(1);
  const whole = new Uint8Array(100).fill(7);
  for (let run = 0; run < 200; run++) {
    const disk = new MemoryDisk();
    const store = folderStore(disk, "/lake");
    disk.failNext(
      (["append", "syncData", "rename", "syncDirectory"] as const)[run % 4]!,
      new Error("power"),
    );
    await assert.rejects(store.put("day=1/a.parquet", whole, never), /power/);
    const after = disk.crash(random);
    const parquet = after.names("/lake/day=1").filter((name) => name === "a.parquet");
    if (parquet.length > 0) assert.deepEqual(after.read("/lake/day=1/a.parquet"), whole);
    // The repeat after the restart puts it right, and leaves no temporary file.
    await folderStore(after, "/lake").put("day=1/a.parquet", whole, never);
    assert.deepEqual(after.crash(random).names("/lake/day=1"), ["a.parquet"]);
    assert.deepEqual(after.read("/lake/day=1/a.parquet"), whole);
  }
});

Deno.test("folderStore() replaces an object of the same key", async () => {
  const disk = new MemoryDisk();
  const store = folderStore(disk, "/lake");
  await store.put("day=1/a.parquet", new Uint8Array([1]), never);
  await store.put("day=1/a.parquet", new Uint8Array([2, 3]), never);
  assert.deepEqual(disk.read("/lake/day=1/a.parquet"), new Uint8Array([2, 3]));
});

const PAUSES = { first: 1_000, longest: 60_000 };

Deno.test("backoff() grows from the first pause to the longest, and takes a random half off", () => {
  const longest = { ...fixedRandom, fraction: () => 0 };
  const pauses = [1, 2, 3, 6, 7, 1000].map((failures) => backoff(failures, PAUSES, longest));
  assert.deepEqual(pauses, [1000, 2000, 4000, 32_000, 60_000, 60_000]);
  assert.equal(backoff(1, PAUSES, { ...fixedRandom, fraction: () => 0.5 }), 750);
});

Deno.test("s3Store() does not take a proxy's 200 for the store's: it has no ETag", async () => {
  let isProxy = true;
  await using s3 = fakeS3(() => isProxy ? new Response("<html>Sign in</html>") : 200);
  const store = await s3Store(bucketConfig(s3.endpoint).aws);
  const put = () => store.put("day=1/a.parquet", new Uint8Array(1), never);
  await assert.rejects(put(), /no ETag/);
  isProxy = false;
  await put();
  assert.equal(s3.objects.size, 1);
});
