/**
 * `deno run -A scripts/day_without_s3.ts [--events N] [--rate N] [--batchsize N]`: S3 away for a day
 * at 100 events/s, which a real agent gets as fast as it takes them; then S3 comes back. Says what
 * that took in memory, log lines and time, and whether every event is in the lake once, oldest
 * first. Exit code 1, and everything left in place, when one is not. A day of 8 640 000 events takes
 * some 5 GiB of disk. The agent is the binary FALCO_LAKE_BIN, or the source.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemProcess } from "../src/platform/process.ts";
import { dayWithoutS3 } from "./outage/day_without_s3.ts";
import type { MemorySummary } from "./outage/memory.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    events: { type: "string", default: String(24 * 3600 * 100) },
    rate: { type: "string", default: "100" },
    batchsize: { type: "string", default: "1000" },
  },
});
const [events, rate, batchSize] = [values.events, values.rate, values.batchsize].map(Number);
if (![events, rate, batchSize].every((value) => Number.isSafeInteger(value) && value! > 0)) {
  systemProcess.err("Usage: [--events N] [--rate N] [--batchsize N]\n");
  Deno.exit(2);
}

const print = (text: string) => systemProcess.out(`${text}\n`);
const parent = fileURLToPath(import.meta.resolve("../.cache/outage"));
Deno.mkdirSync(parent, { recursive: true });
const directory = Deno.makeTempDirSync({ dir: parent });
const began = performance.now();
const result = await dayWithoutS3({
  ...{ events: events!, rate: rate!, batchSize: batchSize!, directory },
  binary: systemProcess.env("FALCO_LAKE_BIN"),
  report: (line) =>
    print(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`),
});
const memory = ({ min, median, max, samples }: MemorySummary) =>
  `${[min, median, max].map((value) => value.toFixed(0)).join(" / ")} MiB of ${samples} samples`;
const { taken, drained, attempts, lines, latency, objects, bytes, violations } = result;
print(`${events} events at ${rate}/s, batchsize ${batchSize}`);
print(`taken: ${taken.toFixed(0)} events/s; drained: ${drained.toFixed(0)} events/s`);
print(`memory, min / median / max: outage ${memory(result.memory.outage)}`);
print(`memory, min / median / max: drain ${memory(result.memory.drain)}`);
print(`the outage: ${attempts} attempts failed, ${lines} lines in the log above INFO`);
print(
  `an event of its own while draining: p50 ${latency.p50.toFixed(1)} ms, ` +
    `p99 ${latency.p99.toFixed(1)} ms of ${latency.probes}`,
);
print(`objects by day: ${JSON.stringify(objects)}, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
for (const violation of violations) print(`WRONG: ${violation}`);
const isGood = violations.length === 0;
print(isGood ? "Every event is in the lake once, oldest first" : `All of it is in ${directory}`);
if (isGood) Deno.removeSync(directory, { recursive: true });
Deno.exit(isGood ? 0 : 1);
