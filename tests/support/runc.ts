import { spawnAgent, type SpawnedAgent } from "../../scripts/spawn_agent.ts";
import type { ImageConfig } from "./image.ts";
import type { RunResult } from "./sandbox.ts";

/** Why no container can be run here; undefined when one can. */
export const NO_RUNC = await whyNot();

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What differs from one run of a container to the next. */
export interface RunOptions {
  /** Beside the image's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of the image's `Entrypoint` and `Cmd`. */
  readonly args?: readonly string[];
}

/**
 * Containers of one image under runc, as its configuration says and as narrow as can be: read-only
 * root, no capabilities, no new privileges, no `/tmp` and no `/dev/shm` to write to, a network of
 * its own with nothing but the loopback, and the environment that the image has.
 */
export class Containers implements AsyncDisposable {
  readonly #directory: string;
  readonly #config: ImageConfig;
  readonly #names: string[] = [];

  /**
   * @param directory has the image's files in `rootfs`
   * @param volume is mounted over the image's volume
   */
  constructor(directory: string, config: ImageConfig, readonly volume: string) {
    this.#directory = directory;
    this.#config = config;
  }

  /** Starts an agent and waits until it listens. @throws with its log when it ends before */
  async start(options: RunOptions = {}): Promise<{ readonly agent: SpawnedAgent; name: string }> {
    const name = this.#prepare(options);
    const args = this.#args("run", "--bundle", this.#directory, name);
    const agent = await spawnAgent({ binary: "runc", args, environment: { PATH } });
    return { agent, name };
  }

  /** Runs a container to its end. */
  run(options: RunOptions = {}): Promise<RunResult> {
    const name = this.#prepare(options);
    return runProgram("runc", this.#args("run", "--bundle", this.#directory, name));
  }

  /** Runs a program in a container that runs. */
  exec(name: string, args: readonly string[]): Promise<RunResult> {
    return runProgram("runc", this.#args("exec", name, ...args));
  }

  async state(name: string): Promise<{ readonly pid: number }> {
    const { code, stdout, stderr } = await runProgram("runc", this.#args("state", name));
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Posts to the agent over the container's loopback, the only way to it. @returns the status */
  async post(name: string, body: string): Promise<number> {
    const { pid } = await this.state(name);
    const { stdout, stderr } = await runProgram("nsenter", [
      `--net=/proc/${pid}/ns/net`,
      ...["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", body],
      "http://127.0.0.1:2801/",
    ]);
    if (stderr !== "") throw new Error(stderr);
    return Number(stdout);
  }

  /** SIGKILL, to all of a container at once. */
  async kill(name: string): Promise<void> {
    await runProgram("runc", this.#args("kill", name, "KILL"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) await runProgram("runc", this.#args("delete", "-f", name));
  }

  #args(...args: readonly string[]): string[] {
    return ["--root", `${this.#directory}/runc`, ...args];
  }

  /** Writes what runc wants to know (OCI runtime specification). @returns a name of its own */
  #prepare({ environment = {}, args }: RunOptions): string {
    const { User, Env, Entrypoint, Cmd, WorkingDir, Volumes } = this.#config;
    const [uid, gid] = User.split(":").map(Number);
    const mount = (type: string, destination: string, ...options: readonly string[]) => ({
      type,
      source: type,
      destination,
      options,
    });
    const config = {
      ociVersion: "1.0.2",
      process: {
        user: { uid, gid },
        args: args ?? [...Entrypoint, ...Cmd],
        env: [...Env, ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
        cwd: WorkingDir,
        noNewPrivileges: true,
        capabilities: { bounding: [], effective: [], permitted: [], ambient: [] },
      },
      root: { path: "rootfs", readonly: true },
      mounts: [
        mount("proc", "/proc"),
        mount("tmpfs", "/dev", "nosuid", "mode=755"),
        mount("sysfs", "/sys", "nosuid", "noexec", "nodev", "ro"),
        ...Object.keys(Volumes).map((path) => ({
          ...mount("bind", path, "bind", "rw", "nosuid", "noexec", "nodev"),
          source: this.volume,
        })),
      ],
      linux: {
        namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
        readonlyPaths: ["/proc/sys"],
      },
    };
    Deno.writeTextFileSync(`${this.#directory}/config.json`, JSON.stringify(config));
    const name = `falco-lake-test-${crypto.randomUUID()}`;
    this.#names.push(name);
    return name;
  }
}

async function runProgram(program: string, args: readonly string[]): Promise<RunResult> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function whyNot(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "runc needs root here";
  for (
    const [program, name] of [["runc", "runc"], ["nsenter", "util-linux"], ["curl", "curl"]]
  ) {
    try {
      await new Deno.Command(program!, { args: ["--version"], stdout: "null" }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return `there is no ${program}; apt-get install ${name}`;
    }
  }
  return undefined;
}
