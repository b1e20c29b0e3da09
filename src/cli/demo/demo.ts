import { readRows } from "../../parquet/read_parquet.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk.ts";
import type { Process } from "../../platform/process.ts";
import { VERSION } from "../../version.ts";
import type { DemoAgent, StartDemoAgent } from "./demo_agent.ts";
import { demoEvents } from "./events.ts";
import { listLake } from "../lake_files.ts";
import { compare, pickRows, renderTable, renderTree, type Row } from "./report.ts";

export interface DemoDependencies {
  readonly process: Process;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly start: StartDemoAgent;
  /** How the user calls us, for the commands to try next. */
  readonly command: string;
}

/** How long the flush may take before the demo gives up, milliseconds. */
const PATIENCE = 30_000;

/**
 * Shows the main job on a real agent, a fresh buffer and a lake in a folder, and checks the numbers.
 *
 * @param directory where `buffer`, `lake` and `agent.log` are made anew, and left to look at
 * @returns 1 when a number does not add up
 */
export async function runDemo(directory: string, dependencies: DemoDependencies): Promise<number> {
  const { process, clock, disk, start, command } = dependencies;
  const say = (text = "") => process.out(`${text}\n`);
  const [buffer, lake] = [`${directory}/buffer`, `${directory}/lake`];
  const logFile = `${directory}/agent.log`;
  await disk.makeDirectory(directory);
  // Only what an earlier demo left: the folder may be the user's own.
  for (const folder of [buffer, lake]) disk.removeDirectory(folder);
  disk.remove(logFile);
  const startAgent = () =>
    start({
      LISTENADDRESS: "127.0.0.1",
      LISTENPORT: "0",
      BUFFER_DIRECTORY: buffer,
      LAKE_DIRECTORY: lake,
    }, logFile);

  say(`falco-lake ${VERSION}: the demo, in ${directory}\n`);
  const events = demoEvents(clock.now());
  const half = Math.floor(events.length / 2);
  let agent = await startAgent();
  say(`Started the agent (${agent.name}) on 127.0.0.1:${agent.port}, with an empty buffer.`);
  const accepted = await postAll(agent, events.slice(0, half));
  say(`Posted ${half} Falco events; ${accepted.length} were answered 200, so they are on disk.`);
  if (agent.kill) {
    await agent.kill();
    say("Killed it with SIGKILL, before anything reached the lake.");
    agent = await startAgent();
    say(`Started it again (${agent.name}): it holds ${await waiting(agent)} events.`);
  } else {
    say("(Here it would be killed: this binary may not start programs; `task demo` shows that.)");
  }
  accepted.push(...await postAll(agent, events.slice(half)));
  say(`Posted the other ${events.length - half}, and asked for a flush.`);
  agent.flush();
  const deadline = clock.monotonic() + PATIENCE;
  while (await waiting(agent) > 0 && clock.monotonic() < deadline) await clock.sleep(50);
  await agent.stop();

  const files = listLake(disk, lake);
  const rows: Row[] = [];
  const rowsOf = new Map<typeof files[number], number>();
  for (const file of files) {
    const path = `${lake}/${file.partition}/${file.name}`;
    const found = await readRows(await process.readFile(path));
    rowsOf.set(file, found.length);
    rows.push(...found);
  }
  const { missing, duplicated, invented } = compare(accepted, rows);
  const good = accepted.length === events.length && rows.length === accepted.length &&
    missing + duplicated + invented === 0;

  say(`\nAccepted      ${String(accepted.length).padStart(4)} events`);
  say(
    `In the lake   ${String(rows.length).padStart(4)} events, read back with an independent ` +
      `Parquet reader (hyparquet)`,
  );
  if (good) say("Each of them exactly once, and raw_data is what was posted, byte for byte.");
  else {
    say(
      `These numbers do not add up: ${events.length} posted, ${missing} missing, ` +
        `${duplicated} duplicated, ${invented} invented. The agent's log: ${logFile}`,
    );
  }
  say(`\n${lake}\n${renderTree(files, rowsOf)}\n`);
  const shown = pickRows(rows, 14);
  say(`${shown.length} of the ${rows.length} rows:\n\n${renderTable(shown)}`);
  say(`\nTry next:\n  ${command} cat ${quote(lake)}   # all rows, as JSON`);
  say(`  export LAKE_DIRECTORY=./lake BUFFER_DIRECTORY=./buffer`);
  say(`  ${command} check`);
  say(`  ${command}   # receives until Ctrl-C, which ships what is stored`);
  say("  curl -X POST http://127.0.0.1:2801/test   # a test event, from another terminal");
  return good ? 0 : 1;
}

/** For a shell, where it needs that. */
const quote = (path: string): string => /^[\w./=-]+$/.test(path) ? path : `'${path}'`;

/** Posts events one after the other, as Falco does; returns those that were answered 200. */
async function postAll(agent: DemoAgent, events: readonly string[]): Promise<string[]> {
  const accepted: string[] = [];
  for (const body of events) {
    const response = await fetch(`http://127.0.0.1:${agent.port}/`, { method: "POST", body });
    await response.body?.cancel();
    if (response.status === 200) accepted.push(body);
  }
  return accepted;
}

/** How many events wait in the agent's buffer, as its metrics say. */
async function waiting(agent: DemoAgent): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  return Number(/^falco_lake_buffer_events (\d+)$/m.exec(metrics)?.[1] ?? NaN);
}
