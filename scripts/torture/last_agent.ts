import { systemClock } from "../../src/platform/clock.ts";
import { spawnAgent, type SpawnedAgent, type SpawnOptions } from "../spawn_agent.ts";

/** Milliseconds that shipping the backlog may take. */
const PATIENCE = 120_000;

/**
 * Starts an agent, waits until everything is shipped, and stops it.
 *
 * @throws when it does not start, does not get everything shipped, or does not end with 0
 */
export async function shipTheRest(options: SpawnOptions): Promise<void> {
  const agent = await spawnAgent(options);
  try {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      agent.signal("SIGUSR2");
      const waiting = await waitingEvents(agent);
      if (waiting === 0) break;
      if (performance.now() > deadline) throw new Error(`${waiting} events are still not shipped`);
      await systemClock.sleep(50);
    }
    const code = await agent.stop();
    if (code !== 0) throw new Error(`the last agent ended with ${code}`);
  } finally {
    await agent.kill();
  }
}

async function waitingEvents({ port }: SpawnedAgent): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^falco_lake_buffer_events (\d+)$/m.exec(text)?.[1] ?? NaN);
}
