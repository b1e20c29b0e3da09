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
  /** Posts to the agent that runs inside. @returns the status */
  post(path: string, body: string): Promise<number>;
}

export interface MachineResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
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
  const nspawn = new Deno.Command("timeout", {
    args: [
      ...["--signal=KILL", String(LIFETIME)],
      "systemd-nspawn",
      ...["--quiet", "--boot", "--register=no", "--keep-unit", "--private-network"],
      ...["--volatile=overlay", `--machine=falco-lake-${crypto.randomUUID().slice(0, 8)}`],
      `--directory=${root}`,
      ...Object.entries(folders).map(([from, to]) => `--bind-ro=${from}:${to}`),
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();

  // nspawn is the child of timeout; the machine's first process is the one of its children that has
  // number 1 in there, and others that come before it prepare the place.
  let first: number | undefined;
  const findFirst = () =>
    first ??= childrenOf(nspawn.pid).flatMap(childrenOf).find((pid) =>
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
    post: async (path, body) => {
      // The client is this machine's, in that one's network.
      const { stdout } = await inside(["--net"], [
        ...["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"],
        ...["--max-time", "20", "--data-binary", body, `http://127.0.0.1:2801${path}`],
      ]);
      return Number(stdout);
    },
    [Symbol.asyncDispose]: async () => {
      // A machine ends with nspawn, and takes all its processes along.
      for (const pid of childrenOf(nspawn.pid)) Deno.kill(pid, "SIGKILL");
      await nspawn.status;
    },
  };
  try {
    await until(async () => {
      if (findFirst() === undefined) return false;
      const { stdout } = await run("systemctl is-system-running");
      return ["running", "degraded"].includes(stdout.trim());
    });
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
