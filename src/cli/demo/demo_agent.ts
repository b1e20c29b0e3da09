import { startAgent } from "../../agent.ts";
import { loadConfig } from "../../config/load.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk.ts";
import type { Random } from "../../platform/random.ts";
import { createLog } from "../../telemetry/log.ts";

/** A running agent, as the demo sees it. */
export interface DemoAgent {
  /** For people: "pid 123". */
  readonly name: string;
  readonly port: number;
  /** Ends it without any warning (SIGKILL); undefined where that cannot be done. */
  readonly kill: (() => Promise<void>) | undefined;
  /** Ships what is stored now. */
  flush(): void;
  stop(): Promise<void>;
}

/**
 * Starts an agent with this environment as its whole configuration.
 *
 * @param logFile where its log lines go
 */
export type StartDemoAgent = (
  environment: Readonly<Record<string, string>>,
  logFile: string,
) => Promise<DemoAgent>;

/** Starts the agent in this process: a compiled binary may not start programs, itself included. */
export function inProcessAgent(clock: Clock, disk: Disk, random: Random): StartDemoAgent {
  return async (environment, logFile) => {
    const file = disk.create(logFile);
    const encoder = new TextEncoder();
    const log = createLog((line) => file.append(encoder.encode(line)), clock);
    const { config } = loadConfig(undefined, (name) => environment[name]);
    const agent = await startAgent(config, {
      clock,
      disk,
      random,
      log,
      readFile: () => Promise.reject(new Error("the demo has no certificates")),
      owner: "the demo",
    });
    return {
      name: "in this process",
      port: agent.port,
      kill: undefined,
      flush: () => agent.flush(),
      stop: () => agent.stop(),
    };
  };
}
