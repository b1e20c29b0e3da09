import { systemClock } from "../../src/platform/clock.ts";
import { percentile } from "../bench/statistics.ts";
import { spawnAgent, type SpawnedAgent } from "../spawn_agent.ts";
import { ObjectStore } from "../torture/object_store.ts";
import { STORED } from "../torture/s3_fault.ts";
import { S3Server } from "../torture/s3_server.ts";
import { checkDay, type DayVerdict } from "./check_lake.ts";
import { flood } from "./flood.ts";
import { MemorySamples, type MemorySummary, residentMemory } from "./memory.ts";
import { Probe } from "./probe.ts";

export interface DayOptions {
  readonly events: number;
  /** Events per second of the time that they say; they are posted as fast as they are taken. */
  readonly rate: number;
  readonly batchSize: number;
  /** For the buffer and the lake; must exist. */
  readonly directory: string;
  /** The compiled binary; undefined for the source. */
  readonly binary: string | undefined;
  /** Gets the progress, line by line. */
  readonly report: (line: string) => void;
}

export interface DayResult extends DayVerdict {
  /** Events per second. */
  readonly taken: number;
  readonly drained: number;
  readonly memory: { readonly outage: MemorySummary; readonly drain: MemorySummary };
  /** Attempts that failed, and the lines above INFO that they made. */
  readonly attempts: number;
  readonly lines: number;
  /** Milliseconds that single events took to be answered while the backlog was drained. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly probes: number };
}

/** Milliseconds between two looks at the agent. */
const LOOK = 200;
const PROBE_EVERY = 100;
/** Parts of a phase of which each gets a line. */
const PARTS = 20;

/**
 * A day in which the store refuses connections, and what comes after. The events' times advance over
 * the day; the day itself is not waited for.
 *
 * @throws when the agent refuses an event, or ends
 */
export async function dayWithoutS3(options: DayOptions): Promise<DayResult> {
  const { events, rate, batchSize, directory, binary, report } = options;
  const uploaded: string[] = [];
  const violations: string[] = [];
  const store = new ObjectStore(`${directory}/lake`);
  const server = new S3Server({
    faultOf: () => STORED,
    store: (key, body) => {
      uploaded.push(key);
      return store.put(key, body);
    },
    happened: () => {},
    count: () => {},
    violation: (what) => violations.push(what),
  });
  const agent = await spawnAgent({
    binary,
    cwd: directory,
    environment: {
      ...server.environment,
      LISTENADDRESS: "127.0.0.1",
      LISTENPORT: "0",
      BUFFER_DIRECTORY: `${directory}/buffer`,
      BUFFER_MAXSIZE: "16GiB",
      AWS_SECURITYLAKE_BATCHSIZE: String(batchSize),
    },
  });
  try {
    server.reach = "refusing";
    const outage = new Phase(agent, "waiting on disk", events, report);
    await flood({
      ...{ port: agent.port, events, rate },
      progress: (answered) => {
        // From the first event on there is something to fail with.
        if (outage.isAtStart) agent.signal("SIGUSR2");
        outage.reached(answered);
      },
    });
    const [taken, outageMemory] = outage.end();
    await agent.logged(/ECONNREFUSED/);
    const lines = agent.log().split("\n").filter((line) => /\[(WARN|ERROR)\]/.test(line)).length;
    const attempts = await sumOf(agent, "falco_lake_upload_retries_total");

    server.reach = "open";
    const probe = new Probe({ port: agent.port, rate, first: events, every: PROBE_EVERY });
    agent.signal("SIGUSR2");
    const drain = new Phase(agent, "drained", events, report);
    for (let shipped = 0; shipped < events;) {
      await systemClock.sleep(LOOK);
      shipped = await sumOf(agent, "falco_lake_uploaded_events_total");
      drain.reached(Math.min(shipped, events));
    }
    const [drained, drainMemory] = drain.end();
    const latencies = await probe.stop();
    if (await agent.stop() !== 0) violations.push("the agent did not end well");
    report("Reading the lake");
    const sent = { events: events + latencies.length, rate };
    const verdict = await checkDay(`${directory}/lake`, uploaded, sent);
    return {
      ...verdict,
      violations: [...violations, ...verdict.violations],
      ...{ taken, drained, lines, attempts },
      memory: { outage: outageMemory, drain: drainMemory },
      latency: {
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        probes: latencies.length,
      },
    };
  } finally {
    await agent.kill();
    await server.stop();
  }
}

/** How far a phase is, and the memory that the agent takes in it. */
class Phase {
  readonly #agent: SpawnedAgent;
  readonly #name: string;
  readonly #events: number;
  readonly #report: (line: string) => void;
  readonly #memory = new MemorySamples();
  readonly #began = performance.now();
  #sampled = -Infinity;
  #parts = 0;
  #now = 0;

  constructor(agent: SpawnedAgent, name: string, events: number, report: (line: string) => void) {
    this.#agent = agent;
    this.#name = name;
    this.#events = events;
    this.#report = report;
  }

  get isAtStart(): boolean {
    return this.#now === 0;
  }

  /** @param events that it has come to */
  reached(events: number): void {
    this.#now = events;
    const parts = Math.floor(events * PARTS / this.#events);
    const now = performance.now();
    if (parts === this.#parts && now - this.#sampled < LOOK) return;
    this.#sampled = now;
    const memory = residentMemory(this.#agent.pid);
    this.#memory.add(memory);
    if (parts === this.#parts) return;
    this.#parts = parts;
    this.#report(
      `${Math.round(events * 100 / this.#events)} %: ${events} events ${this.#name}, ` +
        `${memory.toFixed(0)} MiB`,
    );
  }

  /** @returns events per second, and the memory */
  end(): [number, MemorySummary] {
    return [this.#now * 1000 / (performance.now() - this.#began), this.#memory.summary];
  }
}

/** The sum of a metric over its labels. */
async function sumOf({ port }: SpawnedAgent, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, "gm"))]
    .reduce((sum, [, value]) => sum + Number(value), 0);
}
