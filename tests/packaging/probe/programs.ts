import child_process from "node:child_process";
import process from "node:process";
import { inWorker } from "./workers.ts";

/** Each tries to run /usr/bin/touch, which leaves a file of the attempt's number behind. */
export function programs(directory: string): Readonly<Record<string, () => unknown>> {
  const touch = "/usr/bin/touch";
  return {
    "run: Deno.Command": () => new Deno.Command(touch, { args: [`${directory}/1`] }).outputSync(),
    "run: Deno.Command in a worker": () =>
      inWorker(`new Deno.Command("${touch}", { args: ["${directory}/2"] }).outputSync()`),
    "run: child_process.spawn": () => ended(child_process.spawn(touch, [`${directory}/3`])),
    "run: child_process.fork": () =>
      ended(child_process.fork(`${directory}/4`, { execPath: touch })),
    "run: child_process.spawnSync": () => {
      const { error, status } = child_process.spawnSync(touch, [`${directory}/5`]);
      if (error ?? status !== 0) throw error ?? new Error(`Ended with ${status}`);
    },
    "run: child_process.execSync": () => child_process.execSync(`${touch} ${directory}/6`),
    "run: a signal to another process": () => Deno.kill(Deno.ppid, "SIGCONT"),
  };
}

/** Waits for a child; what keeps it from starting comes from Deno as an uncaught exception. */
function ended(child: child_process.ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("exit", () => resolve());
    child.once("error", reject);
    process.once("uncaughtException", reject);
  });
}
