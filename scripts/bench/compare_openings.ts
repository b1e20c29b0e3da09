import { fileURLToPath } from "node:url";
import { systemDisk } from "../../src/platform/disk.ts";
import { type Newest, writeBacklog } from "./backlog.ts";
import { DIRECTORY } from "./compare_appends.ts";
import type { Opening } from "./open_once.ts";
import { median } from "./statistics.ts";

export const OPENINGS = 5;

const BACKLOGS: readonly (readonly [name: string, segments: number, newest: Newest])[] = [
  ["nothing", 0, "short"],
  ["16 MiB, one full segment", 1, "full"],
  ["1 GiB, newest full", 64, "full"],
  ["10 GiB, newest full", 640, "full"],
  ["10 GiB, newest with one record", 640, "short"],
  ["10 GiB, newest 16 MiB of zeros", 640, "zeros"],
];

async function openOnce(directory: string): Promise<Opening> {
  const script = fileURLToPath(import.meta.resolve("./open_once.ts"));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--expose-gc", script, directory],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** @returns a table: each backlog opened `OPENINGS` times, one after the other, round by round */
export async function compareOpenings(payload: Uint8Array): Promise<string> {
  const openings = BACKLOGS.map((): Opening[] => []);
  for (let round = 0; round < OPENINGS; round++) {
    for (const [at, [, segments, newest]] of BACKLOGS.entries()) {
      systemDisk.removeDirectory(DIRECTORY);
      await writeBacklog(DIRECTORY, segments, newest, payload);
      await systemDisk.syncDirectory(DIRECTORY);
      openings[at]!.push(await openOnce(DIRECTORY));
    }
  }
  systemDisk.removeDirectory(DIRECTORY);
  const middle = (at: number, of: (opening: Opening) => number) => median(openings[at]!.map(of));
  const rows = BACKLOGS.map(([name], at) =>
    name.padEnd(32) + middle(at, ({ openMs }) => openMs).toFixed(1).padStart(10) +
    (middle(at, ({ openMs }) => openMs) / middle(0, ({ openMs }) => openMs)).toFixed(2)
      .padStart(10) +
    (middle(at, ({ rss }) => rss) / 2 ** 20).toFixed(1).padStart(10) +
    (middle(at, ({ heap }) => heap) / 1024).toFixed(0).padStart(10) +
    middle(at, ({ leaseMs }) => leaseMs).toFixed(1).padStart(10) +
    String(middle(at, ({ leased }) => leased)).padStart(10) +
    middle(at, ({ events }) => events).toLocaleString("en").padStart(14)
  );
  const head = ["open ms", "x nothing", "RSS MiB", "heap KiB", "lease ms", "leased"];
  return `${"backlog".padEnd(32)}${head.map((name) => name.padStart(10)).join("")}` +
    `${"events".padStart(14)}\n${rows.join("\n")}\n`;
}
