import assert from "node:assert/strict";
import { systemProcessUsage } from "../../src/platform/process_usage.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { ROOT } from "../support/root.ts";
import { parseExposition, valueOf } from "./exposition.ts";

const NAMES = [
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "process_heap_bytes",
  "process_start_time_seconds",
];

const MIB = 1024 * 1024;

Deno.test("The process is asked at every scrape", async () => {
  let asked = 0;
  const metrics = new Metrics(() => undefined, {
    cpuSeconds: () => ++asked * 1.5,
    memory: () => ({ residentBytes: asked * 100, heapBytes: asked * 10 }),
    startedAt: 1_700_000_000.25,
  });
  for (const time of [1, 2]) {
    const { text } = await metrics.scrape();
    assert.deepEqual(NAMES.map((name) => valueOf(text, name)), [
      time * 1.5,
      time * 100,
      time * 10,
      1_700_000_000.25,
    ]);
  }
});

Deno.test("Without a process to ask there are no metrics of one", async () => {
  const { text } = await new Metrics(() => undefined).scrape();
  assert.deepEqual([...parseExposition(text).keys()].filter((name) => NAMES.includes(name)), []);
});

Deno.test("The processor time of this process rises with work", () => {
  const before = systemProcessUsage.cpuSeconds();
  let rounds = 0;
  while (systemProcessUsage.cpuSeconds() < before + 0.02) rounds++;
  assert.ok(rounds > 0);
});

Deno.test("Under the permissions of the task run the process can be asked", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const [, ...flags] = tasks.run.split(" ").slice(0, -1);
  const before = Date.now() / 1000;
  const { stdout, stderr, success } = new Deno.Command(Deno.execPath(), {
    args: [...flags, `${ROOT}tests/telemetry/print_scrape.ts`],
    cwd: ROOT,
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
  const text = new TextDecoder().decode(stdout);
  const [cpu, resident, heap, start] = NAMES.map((name) => valueOf(text, name) ?? NaN);
  assert.ok(cpu! > 0 && cpu! < 60, `${cpu} s`);
  assert.ok(resident! > 20 * MIB && resident! < 1024 * MIB, `${resident} bytes`);
  assert.ok(heap! > MIB && heap! < resident!, `${heap} bytes`);
  assert.ok(start! > before - 1 && start! < Date.now() / 1000 + 1, `${start}, and now ${before}`);
});
