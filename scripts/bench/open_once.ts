/**
 * Opens the buffer in the folder that is named and leases one batch; prints what that took as JSON.
 * A process of its own, so that memory and warm code are nobody else's. Needs `--expose-gc`.
 */
import { Buffer } from "../../src/buffer/buffer.ts";
import { systemProcess } from "../../src/platform/process.ts";
import { bufferDependencies, bufferOptions } from "./append_contestants.ts";

export interface Opening {
  readonly openMs: number;
  readonly leaseMs: number;
  readonly leased: number;
  /** Stored events, as the buffer counts them. */
  readonly events: number;
  /** Bytes of memory more than before, right after opening: with garbage, as a process has it. */
  readonly rss: number;
  /** The same after a garbage collection: what the open buffer keeps. */
  readonly heap: number;
}

const collect = () => (globalThis as { gc?: () => void }).gc?.();

if (import.meta.main) {
  collect();
  const before = Deno.memoryUsage();
  const start = performance.now();
  const buffer = await Buffer.open(bufferOptions(Deno.args[0]!), bufferDependencies);
  const openMs = performance.now() - start;
  const { rss } = Deno.memoryUsage();
  collect();
  const { heapUsed } = Deno.memoryUsage();
  const { events } = buffer.status;
  const leaseStart = performance.now();
  const batch = await buffer.lease({ events: 1000, bytes: Infinity });
  const opening: Opening = {
    openMs,
    leaseMs: performance.now() - leaseStart,
    leased: batch?.events ?? 0,
    events,
    rss: rss - before.rss,
    heap: heapUsed - before.heapUsed,
  };
  await buffer.close();
  systemProcess.out(JSON.stringify(opening));
}
