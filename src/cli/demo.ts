import { systemClock } from "../platform/clock.ts";
import { systemDisk } from "../platform/disk.ts";
import type { Process } from "../platform/process.ts";
import { systemRandom } from "../platform/random.ts";
import { inProcessAgent } from "./demo/demo_agent.ts";
import { runDemo } from "./demo/demo.ts";

/** `falco-lake demo`: the demo with the agent in this process, in a folder below the current one. */
export function demo(process: Process): Promise<number> {
  return runDemo("falco-lake-demo", {
    process,
    clock: systemClock,
    disk: systemDisk,
    start: inProcessAgent(systemClock, systemDisk, systemRandom),
    command: process.program,
  });
}
