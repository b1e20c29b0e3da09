import { fileURLToPath } from "node:url";
import { systemDisk } from "../../src/platform/disk.ts";
import type { Contestant } from "./append_contestants.ts";
import { median, percentile, sum } from "./statistics.ts";
import { since, written } from "./write_counters.ts";

/** Everything a benchmark of the buffer leaves on disk; removed at its end. */
export const DIRECTORY = fileURLToPath(import.meta.resolve("../../.cache/bench/ring"));
export const ROUNDS = 7;
export const ROUND_MS = 400;

/** One contestant's rounds, in order, so that contestants can be compared round by round. */
export interface Measured {
  readonly name: string;
  readonly perSecond: readonly number[];
  readonly p50: readonly number[];
  readonly p99: readonly number[];
  /** Per byte of payload, over all rounds; NaN where unknown. */
  readonly processWritten: number;
  readonly deviceWritten: number;
  /** Bytes of the files at the end, per byte of payload. */
  readonly left: number;
}

/** Takes what is to be forgotten off the disk, and does not leave the next one to pay for it. */
async function clean(): Promise<void> {
  systemDisk.removeDirectory(DIRECTORY);
  await systemDisk.makeDirectory(DIRECTORY);
  await systemDisk.syncDirectory(DIRECTORY);
}

async function runOnce(
  contestant: Contestant,
  event: Uint8Array,
  producers: number,
  milliseconds: number,
) {
  await clean();
  const before = written(DIRECTORY);
  const run = await contestant.run(DIRECTORY, event, producers, milliseconds);
  const { process, device } = since(before, written(DIRECTORY));
  const left = sum(systemDisk.list(DIRECTORY).map(({ size }) => size));
  return {
    payload: run.events * event.length,
    perSecond: run.events / run.milliseconds * 1000,
    p50: percentile(run.latencies, 0.5),
    p99: percentile(run.latencies, 0.99),
    process,
    device,
    left,
  };
}

/**
 * Runs all contestants round by round, each round beginning with another one; a first round warms
 * up and is not counted.
 */
export async function compareAppends(
  contestants: readonly Contestant[],
  event: Uint8Array,
  producers: number,
): Promise<readonly Measured[]> {
  const runs = contestants.map((): Awaited<ReturnType<typeof runOnce>>[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const at = (round + turn) % contestants.length;
      const milliseconds = round === 0 ? ROUND_MS / 2 : ROUND_MS;
      const run = await runOnce(contestants[at]!, event, producers, milliseconds);
      if (round > 0) runs[at]!.push(run);
    }
  }
  await clean();
  return contestants.map(({ name, uncounted }, at) => {
    const mine = runs[at]!;
    const payload = uncounted ? NaN : sum(mine.map((run) => run.payload));
    return {
      name,
      perSecond: mine.map((run) => run.perSecond),
      p50: mine.map((run) => run.p50),
      p99: mine.map((run) => run.p99),
      processWritten: sum(mine.map((run) => run.process)) / payload,
      deviceWritten: sum(mine.map((run) => run.device)) / payload,
      left: sum(mine.map((run) => run.left)) / payload,
    };
  });
}

const cell = (value: number, digits: number): string =>
  Number.isNaN(value) ? "-".padStart(10) : value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).padStart(10);

export function table(all: readonly Measured[]): string {
  const head = ["events/s", "p50 ms", "p99 ms", "process", "device", "files"];
  const rows = all.map((one) =>
    one.name.padEnd(34) + cell(median(one.perSecond), 0) + cell(median(one.p50), 3) +
    cell(median(one.p99), 3) + cell(one.processWritten, 2) + cell(one.deviceWritten, 2) +
    cell(one.left, 2)
  );
  return `${" ".repeat(34)}${head.map((name) => name.padStart(10)).join("")}\n${rows.join("\n")}\n`;
}

const ratio = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, round) => value / b[round]!));

/** What is called worse; less is noise. */
const WORSE = 1.05;

/** One line: `a` as a multiple of `b`, medians of the rounds' ratios, and where `a` is worse. */
export function versus(a: Measured, b: Measured): string {
  const rate = ratio(a.perSecond, b.perSecond);
  const [p50, p99] = [ratio(a.p50, b.p50), ratio(a.p99, b.p99)];
  const device = a.deviceWritten / b.deviceWritten;
  const worse = [
    ...(rate * WORSE < 1 ? ["events/s"] : []),
    ...(p50 > WORSE ? ["p50"] : []),
    ...(p99 > WORSE ? ["p99"] : []),
    ...(device > WORSE ? ["device"] : []),
  ];
  return `  ${`${a.name} : ${b.name}`.padEnd(52)} ${rate.toFixed(2)} x events/s, ` +
    `${p50.toFixed(2)} x p50, ${p99.toFixed(2)} x p99` +
    (Number.isNaN(device) ? "" : `, ${device.toFixed(2)} x device`) +
    (worse.length > 0 ? `; WORSE: ${worse.join(", ")}` : "; nowhere worse") + "\n";
}
