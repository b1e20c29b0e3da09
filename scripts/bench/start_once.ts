import { systemDisk } from "../../src/platform/disk.ts";
import { spawnAgent } from "../spawn_agent.ts";

export interface StartOptions {
  /** The compiled binary; undefined for the source. */
  readonly binary: string | undefined;
  /** An empty folder, the start's own. */
  readonly directory: string;
  /** A buffer's folder, which is copied; undefined to start with none. */
  readonly buffer: string | undefined;
  /** Milliseconds between the first 200 and the look at the memory of an idle agent. */
  readonly idleMs: number;
  /** The event to post. */
  readonly body: string;
}

/** One start of an agent; times in milliseconds from the start of the process, memory in MiB. */
export interface Start {
  /** Until the log line that it listens was read. */
  readonly listening: number;
  /** Until the 200 for a posted event, which is on the disk by then. */
  readonly answered: number;
  /** Resident memory when it has been idle for a while. */
  readonly idle: number;
  /** The most that was ever resident until then. */
  readonly peak: number;
}

/**
 * Starts an agent, posts an event, lets it be idle and kills it.
 *
 * @throws when it does not start, or answers anything but 200
 */
export async function startOnce(options: StartOptions): Promise<Start> {
  const buffer = `${options.directory}/buffer`;
  // Copied anew for each start, since an agent ships what it finds.
  if (options.buffer !== undefined) await copyFolder(options.buffer, buffer);
  const before = performance.now();
  const agent = await spawnAgent({
    binary: options.binary,
    cwd: options.directory,
    environment: {
      LISTENADDRESS: "127.0.0.1",
      LISTENPORT: "0",
      BUFFER_DIRECTORY: buffer,
      LAKE_DIRECTORY: `${options.directory}/lake`,
      AWS_SECURITYLAKE_INTERVAL: "24h",
    },
  });
  const listening = performance.now() - before;
  try {
    const url = `http://127.0.0.1:${agent.port}/`;
    const response = await fetch(url, { method: "POST", body: options.body });
    const answered = performance.now() - before;
    await response.body?.cancel();
    if (response.status !== 200) throw new Error(`Answered ${response.status}:\n${agent.log()}`);
    await new Promise((resolve) => setTimeout(resolve, options.idleMs));
    return { listening, answered, ...memory(agent.pid) };
  } finally {
    await agent.kill();
    systemDisk.removeDirectory(options.directory);
  }
}

function memory(pid: number): { readonly idle: number; readonly peak: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const mebibytes = (name: string) => {
    const [, kibibytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
    if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
    return Number(kibibytes) / 1024;
  };
  return { idle: mebibytes("VmRSS"), peak: mebibytes("VmHWM") };
}

async function copyFolder(from: string, to: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("cp", {
    args: ["-a", "--sparse=always", from, to],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
