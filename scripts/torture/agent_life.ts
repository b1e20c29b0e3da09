import { launchAgent, type LaunchedAgent, portOf } from "../spawn_agent.ts";
import type { AgentLog } from "./agent_log.ts";
import type { Aim } from "./aim.ts";
import type { Load } from "./load.ts";
import { IN_VAIN, type Moment, type MomentListener, phaseOf } from "./moments.ts";

/** Milliseconds that no start may take. */
const LONGEST_START = 60_000;

export interface LifeOptions {
  readonly aim: Aim;
  /** Milliseconds after which an agent that listens is killed although its moment has not come. */
  readonly patience: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly binary: string | undefined;
  readonly directory: string;
  readonly load: Load;
  readonly log: AgentLog;
  /** Milliseconds between two flushes. */
  readonly flushEvery: number;
  /** Gets the one who is to be told of every moment. */
  readonly listen: (listener: MomentListener) => void;
  /** Called when it listens, with the milliseconds that it took to do so. */
  readonly onListening: (start: number) => void;
}

/**
 * One agent from its start to its SIGKILL, under load from when it listens.
 *
 * @returns what it was doing when it was killed; undefined when it ended by itself
 */
export async function liveAndDie(options: LifeOptions): Promise<string | undefined> {
  const { aim, load, log } = options;
  const spawned = performance.now();
  let age: "starting" | "recovering" | "receiving" = "starting";
  let killedWhile: string | undefined;
  let [left, waiting] = [aim.nth, 0];
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (delay: number, act: () => void) => timers.push(setTimeout(act, delay));
  const stopTimers = () => timers.splice(0).forEach((timer) => clearTimeout(timer));

  const kill = (what: string) => {
    if (killedWhile !== undefined) return;
    killedWhile = what;
    load.close();
    agent.kill();
    stopTimers();
  };
  const happened = (moment: Moment) => {
    if (moment !== aim.moment || --left !== 0) return;
    if (aim.delay === 0) kill(phaseOf(moment, age));
    else after(aim.delay, () => kill(phaseOf(moment, age)));
  };
  const onLine = (line: string) => {
    if (line.includes("Falco-lake version: ")) {
      age = "recovering";
      happened("recovering");
    }
    waiting = Number(/ holds (\d+) events from before/.exec(line)?.[1] ?? waiting);
    const [, rows] = / OK \((\d+) events\)/.exec(line) ?? [];
    if (rows !== undefined) {
      load.shipped(Number(rows));
      happened("put OK");
    }
    const port = portOf(line);
    if (port === undefined || killedWhile !== undefined) return;
    age = "receiving";
    options.onListening(performance.now() - spawned);
    load.open(port, waiting);
    timers.push(setInterval(() => flush(agent), options.flushEvery));
    after(options.patience, () => kill(IN_VAIN));
    happened("listening");
  };

  log.begin(onLine);
  options.listen(happened);
  const agent = launchAgent({
    binary: options.binary,
    cwd: options.directory,
    logFile: log.path,
    environment: options.environment,
    onLog: (text) => log.push(text),
  });
  after(LONGEST_START, () => {
    if (age !== "receiving") log.violations.push("an agent did not listen within a minute");
    kill(age);
  });
  happened("spawned");
  await agent.exited;
  stopTimers();
  options.listen(() => {});
  load.close();
  return killedWhile;
}

function flush(agent: LaunchedAgent): void {
  try {
    agent.signal("SIGUSR2");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it has just ended by itself
  }
}
