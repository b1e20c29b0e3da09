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
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.onSignal(signal, () => {
        log.info(`${signal} - stopping: no new requests, then a last flush`);
        resolve();
      });
    }
  });
  const agent = await startAgent(config, {
    clock: systemClock,
    disk: systemDisk,
    random: systemRandom,
    log,
    owner: `pid ${process.pid}`,
  });
  flush = agent.flush;
  await asked;
  await agent.stop();
  log.info("Stopped");
  return 0;
}
