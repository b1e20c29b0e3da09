import { fileURLToPath } from "node:url";
import { AGENT_FLAGS } from "./agent_flags.ts";

/** How to start falco-lake: from source with its own permissions, or a compiled binary. */
export function agentCommand(binary: string | undefined): readonly [string, ...string[]] {
  if (binary) return [binary];
  const main = fileURLToPath(import.meta.resolve("../src/main.ts"));
  const config = fileURLToPath(import.meta.resolve("../deno.json"));
  // Quiet: with a fresh cache Deno would report its downloads between the agent's own lines.
  return [Deno.execPath(), "run", "--quiet", "--config", config, ...AGENT_FLAGS, main];
}

export interface SpawnOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly binary?: string | undefined;
  readonly cwd?: string;
  /** Log lines are appended to it as they come. */
  readonly logFile?: string;
  /** Called with what it logs as it comes, in pieces of any length. */
  readonly onLog?: (text: string) => void;
}

/** A real agent in a process of its own. */
export interface SpawnedAgent extends LaunchedAgent {
  readonly port: number;
}

/** A real agent in a process of its own that may not listen yet. */
export interface LaunchedAgent {
  readonly pid: number;
  /** All it has logged so far. */
  readonly log: () => string;
  /** Resolves as soon as it logs something that matches; rejects when it ends before that. */
  logged(pattern: RegExp): Promise<void>;
  signal(signal: Deno.Signal): void;
  /** SIGKILL, unless it has ended already; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with its exit code when it is gone. */
  stop(): Promise<number>;
  /** Resolves with its exit code when it is gone. */
  readonly exited: Promise<number>;
}

/** Variables that Deno and the system need; nothing else of ours reaches the agent. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "SSL_CERT_FILE",
  "NPM_CONFIG_CACHE",
];

/** All that an agent finds in its environment: a binary nothing but what it is given. */
export function agentEnvironment(
  binary: string | undefined,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = binary ? [] : PASSED_ON.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...given };
}

const LISTENING = /is up and listening on [^\n"]*?:(\d+)(?: for TLS[^\n"]*)?[\n"]/;

/** The port that an agent says it listens on; undefined when it has not said so yet. */
export function portOf(log: string): number | undefined {
  const [, port] = LISTENING.exec(log) ?? [];
  return port === undefined ? undefined : Number(port);
}

/**
 * Starts an agent and waits until it listens.
 *
 * @throws with its log when it ends before that
 */
export async function spawnAgent(options: SpawnOptions): Promise<SpawnedAgent> {
  const agent = launchAgent(options);
  await agent.logged(LISTENING);
  return { ...agent, port: portOf(agent.log())! };
}

/** Starts an agent and waits for nothing. */
export function launchAgent(options: SpawnOptions): LaunchedAgent {
  const [program, ...args] = agentCommand(options.binary);
  const child = new Deno.Command(program, {
    args: [...args, ...(options.args ?? ["run"])],
    env: agentEnvironment(options.binary, options.environment),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...(options.cwd && { cwd: options.cwd }),
  }).spawn();
  let log = "";
  let waiting: { readonly pattern: RegExp; readonly done: PromiseWithResolvers<void> }[] = [];
  const logged = (pattern: RegExp): Promise<void> => {
    const done = Promise.withResolvers<void>();
    if (pattern.test(log)) done.resolve();
    else waiting.push({ pattern, done });
    return done.promise;
  };
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      log += text;
      if (options.logFile) Deno.writeTextFileSync(options.logFile, text, { append: true });
      options.onLog?.(text);
      waiting = waiting.filter(({ pattern, done }) => {
        if (!pattern.test(log)) return true;
        done.resolve();
        return false;
      });
    }
    for (const { pattern, done } of waiting) {
      done.reject(new Error(`The agent ended before it logged ${pattern}:\n${log}`));
    }
  })();
  let gone = false;
  const exited = child.status.then(async ({ code }) => {
    gone = true;
    await reading;
    return code;
  });
  return {
    pid: child.pid,
    log: () => log,
    logged,
    signal: (signal) => child.kill(signal),
    kill: async () => {
      if (!gone) child.kill("SIGKILL");
      await exited;
    },
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
    exited,
  };
}
