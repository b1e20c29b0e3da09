import assert from "node:assert/strict";
import { until } from "./sandbox.ts";

/** A machine with a systemd of its own: a container that systemd-nspawn boots. */
export interface Machine extends AsyncDisposable {
  /** Runs a script of bash inside, to its end. @returns what it wrote, and its exit code */
  run(script: string): Promise<MachineResult>;
  /** As `run`. @returns standard output without the last newline @throws when it fails */
  sure(script: string): Promise<string>;
  /** Waits until a script succeeds. @throws after a minute, with the agent's journal */
  until(script: string): Promise<void>;
  /** Posts to the agent that runs inside. @returns the status; 0 when there is none */
  post(path: string, body: string, options?: PostOptions): Promise<number>;
  /** Writes a file inside, for root alone. */
  write(path: string, text: string): Promise<void>;
}

export interface MachineResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PostOptions {
  /** A file of this machine with the authority that the agent's certificate is from: TLS. */
  readonly authority?: string;
}

export interface MachineOptions {
  /** See `machineRoot`; nothing is written there. */
  readonly root: string;
  /** Folders of this machine that can be read inside: where they are, and where they are there. */
  readonly folders: Readonly<Record<string, string>>;
}

const decoder = new TextDecoder();
/** What a root shell has; nothing of ours gets in. */
const ENVIRONMENT = ["env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C"];
/** Seconds after which a machine is gone, whatever happens to the test. */
const LIFETIME = 300;

/** Boots a machine, which takes a second, and waits until systemd has started everything. */
export async function bootMachine({ root, folders }: MachineOptions): Promise<Machine> {
  const container = new Deno.Command("timeout", {
    args: [
      ...["--signal=KILL", String(LIFETIME)],
      // Killing nspawn alone leaves the machine running; killing unshare takes all along.
      ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
      "systemd-nspawn",
      ...["--quiet", "--boot", "--register=no", "--keep-unit", "--private-network"],
      ...["--volatile=overlay", `--machine=falco-lake-${crypto.randomUUID().slice(0, 8)}`],
      `--directory=${root}`,
      ...Object.entries(folders).map(([from, to]) => `--bind-ro=${from}:${to}`),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let screen = "";
  const reading = [container.stdout, container.stderr].map(async (stream) => {
    for await (const bytes of stream) screen += decoder.decode(bytes);
  });

  // Of timeout comes unshare, of that container. The machine's first process is the one of its children
  // that has number 1 in there; others that come before it prepare the place.
  let first: number | undefined;
  const findFirst = () =>
    first ??= childrenOf(container.pid).flatMap(childrenOf).flatMap(childrenOf).find((pid) =>
      /^Name:\tsystemd$[\s\S]*^NSpid:.*\t1$/m.test(readProcess(pid, "status"))
    );
  const inside = async (namespaces: readonly string[], command: readonly string[]) => {
    const args = ["--target", String(findFirst()), ...namespaces, "--", ...ENVIRONMENT, ...command];
    const output = await new Deno.Command("nsenter", { args, stdin: "null" }).output();
    return {
      code: output.code,
      stdout: decoder.decode(output.stdout),
      stderr: decoder.decode(output.stderr),
    };
  };
  const run = (script: string) => inside(["--all", "--wd"], ["bash", "-c", script]);
  const sure = async (script: string) => {
    const { code, stdout, stderr } = await run(script);
    assert.equal(code, 0, `${script}\n${stdout}${stderr}${await journal()}`);
    return stdout.trimEnd();
  };
  const journal = async () =>
    (await run("systemctl status falco-lake; journalctl -o cat -u falco-lake")).stdout;
  const machine: Machine = {
    run,
    sure,
    until: async (script) => {
      let last = "";
      try {
        await until(async () => {
          const { code, stdout, stderr } = await run(script);
          last = stdout + stderr;
          return code === 0;
        });
      } catch (cause) {
        throw new Error(`Not in a minute: ${script}\n${last}\n${await journal()}`, { cause });
      }
    },
    write: async (path, text) => {
      await sure(`umask 077; echo ${btoa(text)} | base64 --decode >${path}`);
    },
    post: async (path, body, { authority } = {}) => {
      const [scheme, tls] = authority ? ["https", ["--cacert", authority]] : ["http", []];
      // The client is this machine's, in that one's network.
      const { stdout } = await inside(["--net"], [
        ...["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"],
        ...[...tls, "--max-time", "20", "--data-binary", body],
        `${scheme}://127.0.0.1:2801${path}`,
      ]);
      return Number(stdout);
    },
    [Symbol.asyncDispose]: async () => {
      for (const pid of childrenOf(container.pid)) Deno.kill(pid, "SIGKILL");
      await container.status;
      await Promise.all(reading);
    },
  };
  try {
    await until(async () => {
      if (findFirst() === undefined) return false;
      const { stdout } = await run("systemctl is-system-running");
      return ["running", "degraded"].includes(stdout.trim());
    }, () => screen);
    return machine;
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}

const childrenOf = (pid: number): number[] =>
  readProcess(pid, `task/${pid}/children`).split(" ").filter((word) => word !== "").map(Number);

/** A file of /proc; "" of a process that has gone. */
function readProcess(pid: number, name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`).trim();
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound || /os error 3/.test(String(error));
    if (isGone) return "";
    throw error;
  }
}
