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
const DENIED = failing("403", { class: "access", refusesKey: true });
const EXPIRED = failing("expired", { class: "credentials" });
const NO_ROLE = failing("not authorized to perform: sts:AssumeRole", { class: "access" });
const NOT_FOUND = failing("404", { class: "notfound" });

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
      "WARN AWS SecurityLake - events 1 to 2, which may stand in old/region=r/accountId=a, are " +
        "refused there; they go to new/region=r/accountId=a from now on, and may be in the lake " +
        "twice",
    ),
  );
});

Deno.test("So it is within a run, when the prefix was changed for good reason", async () => {
  let failure: typeof CUT = CUT;
  const { shipper, store, objects, encoded, pass } = await shipFromBuffer({
    put: (_range, prefix) => prefix === "old" ? failure() : undefined,
  }, OLD);
  shipper.flush();
  await settle();
  objects.clear(); // it had not arrived
  failure = DENIED;
  shipper.configure(NEW, store);
  await settle();
  await pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["new 1-2", "new 3-4", "new 5-6"]);
  const times = encoded.filter((range) => range === "1-2").length;
  assert.equal(times, 2, "its rows have the settings of now");
});

Deno.test("A single refusal there is no reason to go elsewhere", async () => {
  let refusals = 0;
  const { objects, pass } = await crashed({
    first: CUT,
    second: { put: () => ++refusals <= 2 ? DENIED() : undefined },
  });
  await pass(5 * MINUTE);
  assert.deepEqual([...objects.keys()], ["old 1-2", "new 3-4", "new 5-6"]);
});

Deno.test("What says nothing about the prefix changes nothing", async () => {
  for (const failure of [CUT, EXPIRED, NO_ROLE, NOT_FOUND, () => new Error("503")]) {
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

Deno.test("A batch that went on into another store is repeated there under the same key", async () => {
  const one = await shipFromBuffer({ put: CUT }, OLD);
  one.shipper.flush();
  await settle();
  const elsewhere = { ...one.store, location: "s3://elsewhere" };
  one.shipper.configure(NEW, elsewhere);
  await settle();
  assert.deepEqual(one.attempts, ["old 1-2", "old 1-2"], "it may stand in the first");
  const inElsewhere = new Map([["old 1-2", "1,2"]]);
  const next = await shipFromBuffer(
    {},
    NEW,
    { disk: one.disk.kill(), objects: inElsewhere },
    "s3://elsewhere",
  );
  await next.pass(5 * MINUTE);
  assert.deepEqual([...inElsewhere.keys()], ["old 1-2", "new 3-4", "new 5-6"]);
});

Deno.test("A batch that may stand in another store begins anew in this one", async () => {
  const one = await shipFromBuffer({ put: CUT }, OLD, undefined, "s3://elsewhere");
  one.shipper.flush();
  await settle();
  const here = new Map<string, string>();
  const next = await shipFromBuffer({}, NEW, { disk: one.disk.kill(), objects: here });
  await next.pass(5 * MINUTE);
  assert.deepEqual([...here.keys()], ["new 1-2", "new 3-4", "new 5-6"]);
});
