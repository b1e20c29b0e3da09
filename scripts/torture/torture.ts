import { AgentLog } from "./agent_log.ts";
import { liveAndDie } from "./agent_life.ts";
import { drawAim } from "./aim.ts";
import { drawSettings } from "./agent_settings.ts";
import { compareLake } from "./compare_lake.ts";
import { shipTheRest } from "./last_agent.ts";
import { Ledger } from "./ledger.ts";
import { Leftovers } from "./leftovers.ts";
import { Load } from "./load.ts";
import { IN_VAIN, type MomentListener } from "./moments.ts";
import { seeded } from "./seeded.ts";
import { Tally } from "./tally.ts";
import type { TortureLake } from "./torture_lake.ts";
import { watchFolder } from "./watch_folder.ts";

export interface TortureOptions {
  /** All that is drawn follows from it; what the threads make of that does not. */
  readonly seed: number;
  readonly kills: number;
  readonly connections: number;
  readonly lake: TortureLake;
  /** The compiled binary; undefined for the source. */
  readonly binary: string | undefined;
  /** For the buffer and the agents' log. */
  readonly directory: string;
  /** Gets the progress, line by line. */
  readonly report: (line: string) => void;
}

export interface TortureResult {
  /** How many events got a 200. */
  readonly answered: number;
  /** What must not be; empty is good. */
  readonly violations: readonly string[];
}

const REPORT_EVERY = 50;
/** Milliseconds to wait for a moment, at least. */
const PATIENCE = 1_500;
const LONGEST_PATIENCE = 60_000;

/**
 * Kills agents under load, one after the other on one buffer, lets the last one ship the rest, and
 * compares. Ends early at the first thing that must not be.
 */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const { seed, lake, binary, directory, report } = options;
  const random = seeded(seed);
  const violations = lake.chaos?.violations ?? [];
  const ledger = new Ledger();
  const log = new AgentLog(`${directory}/agents.log`, violations, lake.chaos !== undefined);
  const load = new Load(seed, ledger, options.connections, violations);
  const killed = new Tally();
  const buffer = `${directory}/buffer`;
  Deno.mkdirSync(buffer, { mode: 0o700 });
  const leftovers = new Leftovers(buffer);
  const drawEnvironment = () => ({ ...lake.environment, ...drawSettings(buffer, random) });

  let listener: MomentListener = () => {};
  const happened: MomentListener = (moment) => listener(moment);
  if (lake.chaos) lake.chaos.listener = happened;
  let [start, patience] = [200, PATIENCE];
  const liveOnce = async () => {
    const uploaded = log.uploaded.size;
    lake.chaos?.nextRound();
    const killedWhile = await liveAndDie({
      aim: drawAim(random, start, lake),
      patience,
      environment: drawEnvironment(),
      binary,
      directory,
      load,
      log,
      flushEvery: 30 + random() * 20,
      listen: (next) => listener = next,
      onListening: (milliseconds) => {
        start = milliseconds;
        leftovers.lookAgain();
      },
    });
    leftovers.look();
    killed.add(killedWhile ?? "ended by itself");
    // On a busy machine a batch can take longer than that, and the next agent would begin it anew.
    if (log.uploaded.size > uploaded) patience = Math.max(PATIENCE, patience / 2);
    else if (killedWhile === IN_VAIN && !lake.chaos?.isAway) patience *= 2;
    if (patience > LONGEST_PATIENCE) violations.push("nothing is uploaded any more");
    if (killedWhile === undefined) violations.push(`an agent ended by itself; see ${log.path}`);
  };

  {
    using _buffer = watchFolder(buffer, happened);
    using _lake = lake.watched === undefined ? undefined : watchFolder(lake.watched, happened);
    for (let kills = 1; kills <= options.kills && violations.length === 0; kills++) {
      await liveOnce();
      if (kills % REPORT_EVERY === 0 || kills === options.kills) {
        report(
          `${kills} kills, ${ledger.answered} events answered, ` +
            `${log.uploaded.size} objects uploaded${
              lake.chaos ? `; S3: ${lake.chaos.outcomes}` : ""
            }`,
        );
      }
    }
    await load.stop();
  }
  report(`Killed while: ${killed}`);
  report(`Left by the kills: ${leftovers.found}`);
  if (lake.chaos) report(`S3 was: ${lake.chaos.weathers}`);

  await lake.chaos?.calm();
  log.begin(() => {});
  try {
    await shipTheRest({
      binary,
      cwd: directory,
      logFile: log.path,
      environment: { ...drawEnvironment(), AWS_SECURITYLAKE_BATCHSIZE: "5000" },
      onLog: (text) => log.push(text),
    });
  } catch (error) {
    violations.push((error as Error).message);
  }
  const compared = await compareLake(seed, ledger, log.uploaded, lake);
  report(compared.summary);
  return { answered: ledger.answered, violations: [...violations, ...compared.violations] };
}
