import { startAgent } from "../agent.ts";
import { systemClock } from "../platform/clock.ts";
import { systemDisk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { systemRandom } from "../platform/random.ts";
import { textLog } from "../telemetry/log.ts";
import { readConfig } from "./read_config.ts";

/** `falco-lake run`: receives and ships until SIGTERM or SIGINT; SIGUSR2 flushes. */
export async function run(fileName: string | undefined, process: Process): Promise<number> {
  const { config, warnings } = await readConfig(fileName, process);
  const log = textLog((line) => process.err(line), systemClock, config.debug);
  for (const warning of warnings) log.warn(warning);
  // Before anything else: until there is a handler, SIGUSR2 would end the process.
  let flush = () => {};
  process.onSignal("SIGUSR2", () => {
    log.info("SIGUSR2 - flushing");
    flush();
  });
  process.onSignal("SIGHUP", () => {
    log.warn("SIGHUP - this version cannot reload its configuration; restart it for that");
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
    owner: `pid ${process.pid}`,
  });
  flush = agent.flush;
  await asked.promise;
  const stopped = agent.stop().then(() => true);
  if (await Promise.race([stopped, askedAgain.promise])) {
    log.info("Stopped");
    return 0;
  }
  log.warn("Asked again - ending at once; what was not shipped waits on disk");
  return 1;
}
