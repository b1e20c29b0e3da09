import {
  agentCommand,
  agentEnvironment,
  spawnAgent,
  type SpawnedAgent,
  type SpawnOptions,
} from "../../scripts/spawn_agent.ts";
import { ROOT } from "./root.ts";

/** The compiled binary to test instead of the source, when the environment names one. */
export const BINARY = Deno.env.get("FALCO_LAKE_BIN");

/** A folder of a test's own and the agents it starts; both are gone when the test is over. */
export interface Sandbox extends AsyncDisposable {
  readonly directory: string;
  /** Environment for an agent with its buffer in this sandbox, on a free port; it lacks a lake. */
  readonly environment: Readonly<Record<string, string>>;
  start(options?: Partial<SpawnOptions>): Promise<SpawnedAgent>;
  /** Runs a command of falco-lake to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another binary than the one under test. */
  readonly binary?: string;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function sandbox(): Sandbox {
  Deno.mkdirSync(`${ROOT}.cache/tests`, { recursive: true });
  const directory = Deno.makeTempDirSync({ dir: `${ROOT}.cache/tests` });
  const agents: SpawnedAgent[] = [];
  const environment = {
    LISTENADDRESS: "127.0.0.1",
    LISTENPORT: "0",
    BUFFER_DIRECTORY: `${directory}/buffer`,
  };
  return {
    directory,
    environment,
    start: async (options = {}) => {
      const agent = await spawnAgent({
        binary: BINARY,
        cwd: directory,
        ...options,
        environment: options.environment ?? environment,
      });
      agents.push(agent);
      return agent;
    },
    run: async (args, options = {}) => {
      const binary = options.binary ?? BINARY;
      const [program, ...before] = agentCommand(binary);
      const child = new Deno.Command(program, {
        args: [...before, ...args],
        cwd: directory,
        env: agentEnvironment(binary, options.environment ?? {}),
        clearEnv: true,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(options.stdin ?? ""));
      await writer.close();
      const { code, stdout, stderr } = await child.output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    [Symbol.asyncDispose]: async () => {
      for (const agent of agents) await agent.kill();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

/** Posts a body and returns the status. */
export async function post(
  agent: SpawnedAgent,
  body: BodyInit,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${agent.port}/`, {
    method: "POST",
    headers,
    body,
  });
  await response.body?.cancel();
  return response.status;
}

/**
 * Waits for something that another process does.
 *
 * @throws after a minute, with what `explain` says
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  explain: () => string = () => "",
): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`Not in a minute\n${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Asks for a flush and waits until the agent's metrics say that nothing waits any more. */
export async function flush(agent: SpawnedAgent): Promise<void> {
  agent.signal("SIGUSR2");
  await until(async () => await metric(agent, "falco_lake_buffer_events") === 0, agent.log);
}

/** The value of a metric without labels. */
export async function metric(agent: SpawnedAgent, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  const match = new RegExp(`^${name} (.*)$`, "m").exec(text);
  if (!match) throw new Error(`No metric ${name} in\n${text}`);
  return Number(match[1]);
}
