import assert from "node:assert/strict";
import type { ShipperSettings } from "../../src/lake/shipper.ts";
import type { StoreFailure } from "../../src/lake/store.ts";
import {
  SETTINGS,
  settle,
  type ShipFaults,
  shipFromBuffer,
  StoreError,
} from "../support/ship_from_buffer.ts";

/* A batch that may stand in the lake keeps its key over a crash, whatever the next run's prefix is. */

const MINUTE = 60_000;
const prefixed = (prefix: string): ShipperSettings => ({
  ...SETTINGS,
  objects: { ...SETTINGS.objects, prefix },
});
const [OLD, NEW] = [prefixed("old"), prefixed("new")];

const failing = (message: string, failure: Partial<StoreFailure>) => () =>
  new StoreError(message, failure);
const CUT = failing("the answer did not come", { class: "network", mayBeStored: true });
const DENIED = failing("403", { class: "access" });
const EXPIRED = failing("expired", { class: "credentials" });

/** A run with the old prefix, killed after its first attempt; then one with the new prefix. */
async function crashed(
  { first, second = {} }: {
    readonly first: Required<ShipFaults>["put"];
    readonly second?: ShipFaults;
  },
) {
  const one = await shipFromBuffer({ put: first }, OLD);
  one.shipper.flush();
  await settle();
  const { objects } = one;
  const two = await shipFromBuffer(second, NEW, { disk: one.disk.kill(), objects });
  await settle(); // what was begun is shipped at once
  return two;
}

Deno.test("What may stand under the old prefix is repeated there; what comes behind has the new one", async () => {
  const { objects, pass } = await crashed({ first: CUT });
  await pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["old 1-2", "new 3-4", "new 5-6"]);
});

Deno.test("A third run knows it, too", async () => {
  const second = await crashed({ first: CUT, second: { put: CUT } });
  await settle();
  const { disk, objects } = second;
  const third = await shipFromBuffer({}, prefixed("third"), { disk: disk.kill(), objects });
  await third.pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["old 1-2", "third 3-4", "third 5-6"]);
});

Deno.test("Where the old prefix is refused, the batch goes to the new one, with a warning", async () => {
  const { objects, pass, log } = await crashed({
    first: DENIED,
    second: { put: (_range, prefix) => prefix === "old" ? DENIED() : undefined },
  });
  await pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["new 1-2", "new 3-4", "new 5-6"]);
  assert.equal(log.filter((line) => line.startsWith("WARN")).length, 1);
  assert.ok(
    log.includes(
      "WARN AWS SecurityLake - a batch that an earlier run began is refused in " +
        "old/region=r/accountId=a; it goes to new/region=r/accountId=a from now on",
    ),
  );
});

Deno.test("What says nothing about the prefix changes nothing", async () => {
  for (const failure of [CUT, EXPIRED, () => new Error("503")]) {
    let fails = true;
    const { attempts, objects, pass } = await crashed({
      first: DENIED,
      second: { put: () => fails ? failure() : undefined },
    });
    await pass(30 * MINUTE);
    assert.deepEqual(new Set(attempts), new Set(["old 1-2"]));
    fails = false;
    await pass(5 * MINUTE);
    assert.deepEqual([...objects.keys()], ["old 1-2", "new 3-4", "new 5-6"]);
  }
});

Deno.test("A batch that is made anew in a run is repeated after a crash where it went then", async () => {
  let failure: typeof CUT = DENIED;
  const one = await shipFromBuffer({ put: () => failure() }, OLD);
  one.shipper.flush();
  await settle();
  failure = CUT;
  one.shipper.configure(NEW, one.store);
  await settle();
  assert.deepEqual(one.attempts, ["old 1-2", "new 1-2"]);
  const { objects } = one;
  // The file has not changed after all, or was put back.
  const next = await shipFromBuffer({}, OLD, { disk: one.disk.kill(), objects });
  await next.pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["new 1-2", "old 3-4", "old 5-6"]);
});

Deno.test("So is the batch behind one that arrived", async () => {
  const one = await shipFromBuffer({ put: (range) => range === "3-4" ? CUT() : undefined }, OLD);
  one.shipper.flush();
  await settle();
  const { objects } = one;
  assert.deepEqual([...objects.keys()], ["old 1-2", "old 3-4"]);
  const next = await shipFromBuffer({}, NEW, { disk: one.disk.kill(), objects });
  await next.pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["old 1-2", "old 3-4", "new 5-6"]);
});

Deno.test("A batch that went to another store begins anew in this one", async () => {
  const one = await shipFromBuffer({ put: CUT }, OLD);
  const elsewhere = { ...one.store, location: "s3://elsewhere" };
  one.shipper.configure(OLD, elsewhere);
  one.shipper.flush();
  await settle();
  one.objects.clear(); // they are in the other one
  const next = await shipFromBuffer({}, NEW, { disk: one.disk.kill(), objects: one.objects });
  await next.pass(5 * MINUTE);
  assert.deepEqual([...next.objects.keys()], ["new 1-2", "new 3-4", "new 5-6"]);
});
