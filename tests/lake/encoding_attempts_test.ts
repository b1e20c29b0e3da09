import assert from "node:assert/strict";
import { EncodingAttempts } from "../../src/lake/encoding_attempts.ts";
import { captureLog } from "../support/capture_log.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { append } from "../support/buffer_steps.ts";
import { DIRECTORY, openBuffer, textOf } from "../support/open_buffer.ts";
import { SETTINGS, settle, shipFromBuffer } from "../support/ship_from_buffer.ts";

const PATH = `${DIRECTORY}/encoding`;

async function setup() {
  const disk = new MemoryDisk();
  await disk.makeDirectory(DIRECTORY);
  const log = captureLog();
  return { disk, log, start: () => new EncodingAttempts(disk, PATH, log) };
}

Deno.test("What was being encoded when the program ended is known to the next one, and counted", async () => {
  const { disk, start } = await setup();
  const first = start();
  assert.equal(first.begin("log-1"), 0);
  assert.equal(first.begin("log-11"), 0);
  const second = start();
  assert.equal(second.begin("log-1"), 1);
  second.end("log-1");
  assert.equal(textOf(disk.read(PATH)), "log-11 1\n");
  const third = start();
  assert.deepEqual([third.begin("log-1"), third.begin("log-11")], [0, 1]);
  third.end("log-1");
  third.end("log-11");
  assert.deepEqual(disk.names(DIRECTORY), [], "nothing is left of what ended");
  assert.equal(start().begin("log-11"), 0);
});

Deno.test("Batches that nobody hears of again do not pile up, nor push the last ones out", async () => {
  const { disk, start } = await setup();
  for (let first = 1; first <= 40; first++) start().begin(`log-${first}`);
  assert.equal(textOf(disk.read(PATH)).split("\n").length - 1, 16);
  assert.deepEqual([start().begin("log-40"), start().begin("log-1")], [1, 0]);
});

Deno.test("A file that is torn, or cannot be used, costs no more than the memory, and is said once", async () => {
  const { disk, log, start } = await setup();
  disk.write(PATH, new TextEncoder().encode("log-1 2\nlog-2 x\nlog-3"));
  const attempts = start();
  assert.deepEqual(["log-1", "log-2", "log-3"].map((batch) => attempts.begin(batch)), [2, 0, 0]);
  assert.deepEqual(log.lines, []);
  disk.fail("create", new Error("Read-only file system (os error 30)"));
  attempts.begin("log-4");
  attempts.end("log-4");
  assert.equal(log.lines.length, 1);
  assert.match(log.lines[0]!, /^WARN .*cannot use \/buffer\/encoding.*Read-only/);
});

Deno.test("A batch that has ended the program twice is encoded without reading its large events", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  await append(buffer, [1, 2, 3, 4]);
  const { logId } = buffer.status;
  await buffer.close();
  for (const [times, limit] of [[1, undefined], [2, 65536]] as const) {
    const copy = disk.kill();
    copy.write(PATH, new TextEncoder().encode(`${logId}-1 ${times}\n`));
    const run = await shipFromBuffer({}, SETTINGS, { disk: copy, objects: new Map() });
    run.shipper.flush();
    await settle();
    await run.pass(1000);
    assert.deepEqual([...run.objects.keys()], ["1-2", "3-4"]);
    assert.deepEqual(run.readBytes, [limit, undefined], "the others are read");
    const said = run.log.filter((line) => line.includes("shipped unread"));
    assert.equal(said.length, limit ? 1 : 0);
    if (limit) assert.match(said[0]!, /^ERROR AWS SecurityLake - falco-lake has ended 2 times/);
    assert.ok(!copy.names(DIRECTORY).includes("encoding"));
    await run.shipper.stop(0);
  }
});
