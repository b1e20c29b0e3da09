import { type Agent, startAgent } from "../agent.ts";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/load.ts";
import { systemClock } from "../platform/clock.ts";
import { systemDisk } from "../platform/disk.ts";
import { microsecondsSinceBoot, openNotifySocket } from "../platform/notify_socket.ts";
import type { Process } from "../platform/process.ts";
import { systemRandom } from "../platform/random.ts";
import { journalPrefix } from "../telemetry/journal_prefix.ts";
import { type ConfigurableLog, createLog } from "../telemetry/log.ts";
import { ServiceManager } from "../telemetry/service_manager.ts";
import { serviceSettings } from "../telemetry/service_settings.ts";
import { readConfig } from "./read_config.ts";

/**
 * `falco-lake run`: receives and ships until SIGTERM or SIGINT; SIGUSR2 flushes, SIGHUP reads the
 * configuration and the certificates again.
 */
export async function run(fileName: string | undefined, process: Process): Promise<number> {
  const { config, warnings } = await readConfig(fileName, process);
  const isJournal = process.errIsJournal;
  const log = createLog(
    (line, level) => process.err(journalPrefix(level, isJournal) + line),
    systemClock,
    { format: config.log.format, debug: config.debug },
  );
  for (const warning of warnings) log.warn(warning);
  const manager = new ServiceManager(serviceSettings(process.env, process.pid), {
    open: openNotifySocket,
    sinceBoot: microsecondsSinceBoot,
    clock: systemClock,
    log,
  });
  manager.starting();
  // Before anything else: until there is a handler, each of these would end the process.
  const started = Promise.withResolvers<Agent>();
  process.onSignal("SIGUSR2", () => {
    log.info("SIGUSR2 - flushing");
    started.promise.then((agent) => agent.flush());
  });
  let running = { config, reloading: Promise.resolve() };
  process.onSignal("SIGHUP", () => {
    log.info("SIGHUP - reading the configuration again");
    // One after the other, so that the last one asked for is the one in force.
    const reloading = running.reloading.then(async () => {
      const agent = await started.promise;
      manager.reloading();
      running = { ...running, config: await reload(fileName, running.config, agent, log, process) };
      manager.reloaded();
    });
    running = { ...running, reloading };
  });
  const [asked, askedAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let times = 0;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.onSignal(signal, () => {
      if (++times === 1) {
        log.info(`${signal} - stopping: no new requests, then a last flush`);
        asked.resolve();
      } else askedAgain.resolve();
    });
  }
  const agent = await startAgent(config, {
    clock: systemClock,
    disk: systemDisk,
    random: systemRandom,
    log,
    readFile: (path) => process.readFile(path),
    owner: `pid ${process.pid}`,
  });
  started.resolve(agent);
  manager.ready(() => agent.state);
  await asked.promise;
  manager.stopping(agent.shutdownTimeout);
  const stopped = agent.stop().then(() => true);
  const isStopped = await Promise.race([stopped, askedAgain.promise]);
  await manager.close();
  if (isStopped) {
    log.info("Stopped");
    return 0;
  }
  log.warn("Asked again - ending at once; what was not shipped waits on disk");
  return 1;
}

/** @returns the configuration that is in force now: a bad one changes nothing */
async function reload(
  fileName: string | undefined,
  running: Config,
  agent: Agent,
  log: ConfigurableLog,
  process: Process,
): Promise<Config> {
  try {
    const { config, warnings } = await readConfig(fileName, process, { running });
    for (const warning of warnings) log.warn(warning);
    await agent.reload(config);
    log.info("SIGHUP - the configuration is in force");
    return config;
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [(error as Error).message];
    for (const problem of problems) log.error(`SIGHUP - ${problem}`);
    log.error("SIGHUP - the configuration before stays in force");
    agent.reloadFailed();
    return running;
  }
}
