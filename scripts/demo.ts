/**
 * `task demo`: the demo with the agent as a process of its own, so that it can be killed.
 */
import { fileURLToPath } from "node:url";
import { spawnAgent } from "./spawn_agent.ts";
import { runDemo } from "../src/cli/demo/demo.ts";
import type { StartDemoAgent } from "../src/cli/demo/demo_agent.ts";
import { systemClock } from "../src/platform/clock.ts";
import { systemDisk } from "../src/platform/disk.ts";
import { systemProcess } from "../src/platform/process.ts";

const start: StartDemoAgent = async (environment, logFile) => {
  const agent = await spawnAgent({ environment, logFile });
  return {
    name: `pid ${agent.pid}`,
    port: agent.port,
    kill: () => agent.kill(),
    flush: () => agent.signal("SIGUSR2"),
    stop: async () => {
      await agent.stop();
    },
  };
};

Deno.exit(
  await runDemo(fileURLToPath(import.meta.resolve("../.cache/demo")), {
    process: systemProcess,
    clock: systemClock,
    disk: systemDisk,
    start,
    command: "npx -y deno@2.8.3 task run",
  }),
);
