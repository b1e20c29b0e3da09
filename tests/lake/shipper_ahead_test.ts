import assert from "node:assert/strict";
import { SETTINGS, settle, shipFromBuffer } from "../support/ship_from_buffer.ts";

/* While one batch is uploaded the next one is encoded. Batches are 1-2, 3-4 and 5-6. */

/** Uploads that end when they are told to. */
function held() {
  const puts = new Map<string, PromiseWithResolvers<void>>();
  return {
    put: (range: string) => {
      const put = Promise.withResolvers<void>();
      puts.set(range, put);
      return put.promise;
    },
    done: async (range: string, error?: Error) => {
      const put = puts.get(range)!;
      if (error) put.reject(error);
      else put.resolve();
      await settle();
    },
  };
}

Deno.test("The next batch is encoded, and not uploaded, while one is uploaded", async () => {
  const { put, done } = held();
  const { shipper, encoded, attempts, objects, buffer } = await shipFromBuffer({ put });
  shipper.flush();
  await settle();
  assert.deepEqual([encoded, attempts], [["1-2", "3-4"], ["1-2"]]);
  await done("1-2");
  assert.deepEqual([encoded, attempts], [["1-2", "3-4", "5-6"], ["1-2", "3-4"]]);
  assert.equal(buffer.status.acknowledged, 2);
  await done("3-4");
  await done("5-6");
  assert.deepEqual([...objects], [["1-2", "1,2"], ["3-4", "3,4"], ["5-6", "5,6"]]);
  assert.deepEqual(encoded, ["1-2", "3-4", "5-6"], "each of them once");
  assert.deepEqual([buffer.status.events, buffer.status.begun], [0, false]);
});

Deno.test("An upload that fails is said alone, and what was encoded ahead comes in its turn", async () => {
  const { put, done } = held();
  const { shipper, attempts, objects, log, pass } = await shipFromBuffer({ put });
  shipper.flush();
  await settle();
  await done("1-2", new Error("503"));
  assert.deepEqual(log.filter((line) => line.startsWith("ERROR")).length, 1);
  await pass(1000);
  for (const range of ["1-2", "3-4", "5-6"]) await done(range);
  assert.deepEqual(attempts, ["1-2", "1-2", "3-4", "5-6"]);
  assert.deepEqual([...objects.keys()], ["1-2", "3-4", "5-6"]);
});

Deno.test("What cannot be encoded ahead costs the upload under way nothing, and is said in its turn", async () => {
  let fails = true;
  const { shipper, objects, log, pass } = await shipFromBuffer({
    encode: (range) => fails && range === "3-4" ? new Error("out of memory") : undefined,
  });
  shipper.flush();
  await settle();
  assert.deepEqual([...objects.keys()], ["1-2"]);
  const errors = () => log.filter((line) => line.startsWith("ERROR"));
  assert.equal(errors().length, 1);
  assert.match(errors()[0]!, /out of memory .*attempt 1\); 4 events wait/);
  fails = false;
  await pass(1000);
  assert.deepEqual([...objects.keys()], ["1-2", "3-4", "5-6"]);
});

Deno.test("What was encoded ahead under other settings is encoded anew", async () => {
  const { put, done } = held();
  const { shipper, store, encoded, objects } = await shipFromBuffer({ put });
  shipper.flush();
  await settle();
  shipper.configure({ ...SETTINGS, objects: { ...SETTINGS.objects, prefix: "new" } }, store);
  for (const range of ["1-2", "3-4", "5-6"]) await done(range);
  assert.deepEqual([...objects.keys()], ["new 1-2", "new 3-4", "new 5-6"].with(0, "1-2"));
  assert.deepEqual(encoded, ["1-2", "3-4", "3-4", "5-6"]);
});

Deno.test("A stop while one is uploaded and another encoded leaves both for the next start", async () => {
  const { put } = held();
  const { shipper, buffer, objects, log, pass } = await shipFromBuffer({ put });
  shipper.flush();
  await settle();
  const stopped = shipper.stop(1000);
  await pass(1000);
  await stopped;
  assert.deepEqual([objects.size, buffer.status.acknowledged], [0, 0]);
  assert.match(log.at(-1)!, /lake\.shutdowntimeout is over; 6 events wait on disk/);
});

Deno.test("While uploads fail nothing is encoded ahead", async () => {
  let [fails, forgotten] = [true, 0];
  const { encoded, pass, shipper, buffer } = await shipFromBuffer({
    put: () => fails ? new Error("503") : undefined,
  });
  const { forgetAhead } = buffer;
  buffer.forgetAhead = (leased) => {
    forgotten++;
    forgetAhead.call(buffer, leased);
  };
  shipper.flush();
  await settle();
  await pass(30 * 60_000);
  assert.deepEqual(encoded, ["1-2", "3-4"], "ahead only before the first failure");
  assert.ok(forgotten > 0, "what was found behind may be dropped");
  fails = false;
  await pass(60_000);
  assert.deepEqual(encoded, ["1-2", "3-4", "3-4", "5-6"]);
});

Deno.test("A configuration that changes nothing costs nothing that is encoded", async () => {
  const { put, done } = held();
  const { shipper, store, encoded } = await shipFromBuffer({ put });
  shipper.flush();
  await settle();
  shipper.configure(structuredClone(SETTINGS), store);
  for (const range of ["1-2", "3-4", "5-6"]) await done(range);
  assert.deepEqual(encoded, ["1-2", "3-4", "5-6"]);
});

Deno.test("A backlog moves the cursor once for each batch", async () => {
  const { shipper, disk, objects } = await shipFromBuffer({});
  let moves = 0;
  disk.wrote = (path) => {
    if (path.includes("cursor-lake")) moves++;
  };
  shipper.flush();
  await settle();
  assert.equal(objects.size, 3);
  assert.equal(moves, 1 + 3, "and to begin with");
});

Deno.test("A stop whose time is over between two batches says so", async () => {
  const { shipper, buffer, log, pass } = await shipFromBuffer({});
  const { acknowledge } = buffer;
  const held = Promise.withResolvers<void>();
  buffer.acknowledge = async (...batches) => {
    await held.promise;
    return await acknowledge.apply(buffer, batches);
  };
  shipper.flush();
  await settle();
  const stopped = shipper.stop(1000);
  await pass(1000);
  held.resolve();
  await stopped;
  assert.match(log.at(-1)!, /lake\.shutdowntimeout is over; 4 events wait on disk/);
});
