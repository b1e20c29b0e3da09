/** What the ring costs, side by side with a bare log and with SQLite: `deno run -A` this file. */
import { systemDisk } from "../../src/platform/disk.ts";
import { systemProcess } from "../../src/platform/process.ts";
import { bare, ring } from "./append_contestants.ts";
import { compareAppends, DIRECTORY, ROUND_MS, ROUNDS, table, versus } from "./compare_appends.ts";
import { compareOpenings, OPENINGS } from "./compare_openings.ts";
import { typicalEvent } from "./event.ts";
import { sqlite } from "./sqlite_contestant.ts";

const print = (text: string) => systemProcess.out(text);
const event = new TextEncoder().encode(typicalEvent());

const load = Deno.loadavg()[0]!;
print(
  `Events of ${event.length} bytes. ${navigator.hardwareConcurrency} cores, load ${
    load.toFixed(2)
  } before. Each number is the median of ${ROUNDS} rounds of ${ROUND_MS} ms, the contestants\n` +
    `taking turns; each ratio the median of the rounds' own. A producer appends one event and ` +
    `waits for it; bare and SQLite\nget what all producers wait for as one group. Bytes per ` +
    `byte of payload: "process" written by this process\n(/proc/self/io), "device" to the whole ` +
    `disk (journal and other programs included), "files" left at the end.\nA : B = A as a ` +
    `multiple of B; WORSE from 5 % on.\n`,
);

const appenders = [
  bare("bare", false),
  bare("bare, over what is written", true),
  ring("buffer", false),
  sqlite("SQLite", false),
  ring("buffer, delivering", true),
  sqlite("SQLite, deleting", true),
];
for (const producers of [1, 16, 64, 256]) {
  const measured = await compareAppends(appenders, event, producers);
  const [log, inPlace, buffer, database, delivering, deleting] = measured;
  print(`\n${producers} producer${producers > 1 ? "s" : ""}\n${table(measured)}`);
  print(versus(buffer!, log!) + versus(buffer!, database!) + versus(inPlace!, log!));
  print(versus(delivering!, buffer!) + versus(delivering!, deleting!));
}

const modes = [
  ring("sync always", false),
  ring("sync every 1000 ms", false, { sync: 1000 }),
  ring("sync never", false, { sync: "never" }),
];
const [always, interval, never] = await compareAppends(modes, event, 64);
print(
  `\n64 producers, the buffer with another buffer.sync\n${table([always!, interval!, never!])}`,
);
print(versus(interval!, always!) + versus(never!, always!) + versus(never!, interval!));

print(
  `\nOpening a backlog, median of ${OPENINGS} fresh processes; files in the page cache. RSS, ` +
    `heap: growth by opening,\nthe heap's after a collection. lease: the first, of at most 1000 ` +
    `events.\n`,
);
print(await compareOpenings(event));
systemDisk.removeDirectory(DIRECTORY);
