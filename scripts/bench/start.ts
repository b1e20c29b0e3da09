/**
 * `deno run -A scripts/bench/start.ts [--runs N] [--idle SECONDS] [--buffer DIR] BINARY…`: from the
 * start of the process to the first 200 for a posted event, and the memory of an idle agent, with
 * the binaries taking turns, because the machine is noisy. `source` as a binary is the source under
 * `deno run`. With --buffer each start finds a copy of that folder as its buffer.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemDisk } from "../../src/platform/disk.ts";
import { systemProcess } from "../../src/platform/process.ts";
import { typicalEvent } from "./event.ts";
import { type Start, startOnce } from "./start_once.ts";
import { median, percentile } from "./statistics.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "20" },
    idle: { type: "string", default: "1" },
    buffer: { type: "string" },
  },
});
// Each start has a working directory of its own.
const names = positionals.map((name) => name === "source" ? name : Deno.realPathSync(name));
const runs = Number(values.runs);
const idleMs = Number(values.idle) * 1000;
if (names.length === 0 || !(runs >= 1) || !(idleMs >= 0)) {
  systemProcess.err("Usage: start.ts [--runs N] [--idle SECONDS] [--buffer DIR] BINARY...\n");
  Deno.exit(2);
}

const directory = fileURLToPath(import.meta.resolve("../../.cache/bench-start"));
const body = typicalEvent();
const starts = names.map((): Start[] => []);

// The first round warms the page cache, and this process's own code; it does not count.
for (let round = 0; round <= runs; round++) {
  for (let turn = 0; turn < names.length; turn++) {
    const at = (turn + round) % names.length; // nobody always comes first
    systemDisk.removeDirectory(directory);
    await systemDisk.makeDirectory(directory);
    const start = await startOnce({
      binary: names[at] === "source" ? undefined : names[at],
      directory,
      buffer: values.buffer,
      idleMs: round === 0 ? 0 : idleMs,
      body,
    });
    if (round > 0) starts[at]!.push(start);
  }
}

const HEAD = ["MB", "listens", "200: p50", "p90", "x first", "idle MiB", "peak MiB"];
const width = Math.max(...names.map(({ length }) => length)) + 2;
const row = (name: string, cells: readonly string[]) =>
  `${name.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join("")}\n`;

systemProcess.out(
  `${runs} starts each with a warm page cache, taking turns; medians, times in ms\n` +
    row("", HEAD),
);
const first = median(starts[0]!.map(({ answered }) => answered));
for (const [at, name] of names.entries()) {
  const answered = starts[at]!.map((start) => start.answered);
  const size = name === "source" ? "" : (Deno.statSync(name).size / 1e6).toFixed(1);
  systemProcess.out(row(name, [
    size,
    median(starts[at]!.map(({ listening }) => listening)).toFixed(0),
    median(answered).toFixed(0),
    percentile(answered, 0.9).toFixed(0),
    (median(answered) / first).toFixed(2),
    median(starts[at]!.map(({ idle }) => idle)).toFixed(1),
    median(starts[at]!.map(({ peak }) => peak)).toFixed(1),
  ]));
}
