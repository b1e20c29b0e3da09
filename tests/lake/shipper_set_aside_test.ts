import assert from "node:assert/strict";
import { duePath } from "../../src/buffer/set_aside_folder.ts";
import { append, segmentPath } from "../support/buffer_steps.ts";
import { refusal, SETTINGS, settle, shipFromBuffer } from "../support/ship_from_buffer.ts";

const MINUTES = 60_000;

Deno.test("A batch that is refused ten times lets the others go", async () => {
  const { objects, attempts, pass, buffer, log, metrics } = await shipFromBuffer({
    put: (range) => range === "1-2" ? refusal() : undefined,
  });
  await pass(30 * MINUTES);
  assert.deepEqual([...objects], [["3-4", "3,4"], ["5-6", "5,6"]]);
  assert.equal(attempts.filter((range) => range === "1-2").length, 10);
  assert.deepEqual([buffer.status.setAside.batches, buffer.status.events], [1, 0]);
  assert.match((await metrics.scrape()).text, /^falco_lake_set_aside_events_total 2$/m);
  const said = log.filter((line) => line.includes("set aside"));
  assert.equal(said.length, 1);
  assert.match(said[0]!, /^ERROR AWS SecurityLake - events 1 to 2 are refused 10 times and now/);
});

Deno.test("A batch that cannot be encoded does so after an hour", async () => {
  const { objects, pass, log } = await shipFromBuffer({
    encode: (range) => range === "3-4" ? new Error("the encoder died: out of memory") : undefined,
  });
  await pass(30 * MINUTES);
  assert.deepEqual([...objects.keys()], ["1-2"]);
  await pass(40 * MINUTES);
  assert.deepEqual([...objects.keys()], ["1-2", "5-6"]);
  assert.ok(log.some((line) => /events 3 to 4 are .* set aside .* died: out of memory/.test(line)));
});

Deno.test("Other failures never set a batch aside, however long they last", async () => {
  for (const fault of ["403 AccessDenied", "ECONNREFUSED", "503 SlowDown"]) {
    const { attempts, pass, buffer } = await shipFromBuffer({ put: () => new Error(fault) });
    await pass(3 * 60 * MINUTES);
    assert.ok(attempts.length > 150, `${attempts.length}`);
    assert.deepEqual(new Set(attempts), new Set(["1-2"]));
    assert.deepEqual([buffer.status.setAside.batches, buffer.status.events], [0, 6]);
  }
});

Deno.test("A lake that refuses everything gets three batches out of the way, then one in an hour", async () => {
  const { pass, buffer, disk, shipper } = await shipFromBuffer({ put: refusal });
  await append(buffer, Array.from({ length: 14 }, (_, at) => 7 + at)); // ten batches
  await pass(45 * MINUTES);
  assert.equal(buffer.status.setAside.batches, 3);
  await pass(60 * MINUTES);
  assert.equal(buffer.status.setAside.batches, 4);
  await pass(65 * MINUTES);
  assert.equal(buffer.status.setAside.batches, 5);
  assert.ok(disk.names("/buffer").length > 0);
  await shipper.stop(0);
});

Deno.test("What is due goes first, under the key that it had, and the settings of now", async () => {
  let refuses = true;
  const { objects, pass, buffer, disk, shipper } = await shipFromBuffer({
    put: (range) => refuses && range === "1-2" ? refusal() : undefined,
  });
  await pass(30 * MINUTES);
  refuses = false;
  await append(buffer, [7, 8]);
  const folder = "/buffer/set-aside";
  const [name] = disk.names(folder).filter((name) => name.endsWith(".seg"));
  disk.rename(`${folder}/${name}`, duePath(`${folder}/${name}`));
  await pass(5 * MINUTES);
  assert.deepEqual([...objects].slice(-2), [["1-2", "1,2"], ["7-8", "7,8"]]);
  assert.deepEqual(disk.names(folder), []);
  await shipper.stop(0);
});

Deno.test("What is due and fails for another reason is repeated, and stays due over a stop", async () => {
  let fault: Error | undefined = refusal();
  const { attempts, pass, disk, shipper } = await shipFromBuffer({
    put: (range) => range === "1-2" ? fault : undefined,
  });
  await pass(30 * MINUTES);
  const folder = "/buffer/set-aside";
  const [name] = disk.names(folder).filter((name) => name.endsWith(".seg"));
  disk.rename(`${folder}/${name}`, duePath(`${folder}/${name}`));
  fault = new Error("503 SlowDown");
  const before = attempts.length;
  await pass(30 * MINUTES);
  assert.ok(attempts.length > before + 10);
  await shipper.stop(0);
  assert.ok(disk.names(folder).some((name) => name.endsWith(".retry")));
});

Deno.test("A batch that cannot be set aside either is tried on", async () => {
  let refuses = true;
  const { objects, pass, disk, log } = await shipFromBuffer({
    put: (range) => refuses && range === "1-2" ? refusal() : undefined,
  });
  disk.fail("makeDirectory", new Error("Read-only file system (os error 30)"));
  await pass(30 * MINUTES);
  assert.deepEqual([...objects], []);
  const said = log.filter((line) => /refused, and cannot be set aside: Read-only/.test(line));
  assert.equal(said.length, 3, "said every ten minutes");
  refuses = false;
  await pass(5 * MINUTES);
  assert.deepEqual([...objects.keys()], ["1-2", "3-4", "5-6"]);
});

Deno.test("When what an earlier run began is set aside, the next batch is not taken for begun", async () => {
  const one = await shipFromBuffer({ put: refusal });
  one.shipper.flush();
  await settle();
  const { disk, objects } = one;
  const prefixed = (prefix: string) => ({
    ...SETTINGS,
    objects: { ...SETTINGS.objects, prefix },
  });
  let isAway = true;
  const { shipper, store, pass } = await shipFromBuffer(
    {
      put: (range) => range === "1-2" ? refusal() : isAway ? new Error("503") : undefined,
    },
    prefixed("wrong"),
    { disk: disk.kill(), objects },
  );
  await settle();
  await pass(30 * MINUTES);
  shipper.configure(prefixed("right"), store);
  isAway = false;
  await pass(10 * MINUTES);
  assert.deepEqual([...objects.keys()], ["right 3-4", "right 5-6"]);
});

Deno.test("A refused batch that somebody deletes meanwhile is not set aside, and holds nothing up", async () => {
  const { objects, pass, buffer, disk, log, metrics } = await shipFromBuffer({
    put: (range) => range === "1-2" ? refusal() : undefined,
  });
  disk.remove(segmentPath(1));
  await append(buffer, [7, 8]);
  await pass(30 * MINUTES);
  assert.deepEqual([...objects.values()], ["7,8"]);
  assert.equal(buffer.status.setAside.batches, 0);
  assert.match((await metrics.scrape()).text, /^falco_lake_set_aside_events_total 0$/m);
  assert.ok(!log.some((line) => line.includes("set aside")));
  assert.ok(log.some((line) => /00001\.seg is missing, with 6 events/.test(line)));
});
