import { Buffer, type BufferOptions } from "../../src/buffer/buffer.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemDisk } from "../../src/platform/disk.ts";
import { systemRandom } from "../../src/platform/random.ts";
import type { Log } from "../../src/telemetry/log.ts";

/** Stores the same event over and over in a fresh folder, for a number of waiting producers. */
export interface Contestant {
  readonly name: string;
  /** Its bytes say nothing: it wrote what it needed beforehand. */
  readonly uncounted?: boolean;
  run(directory: string, event: Uint8Array, producers: number, milliseconds: number): Promise<Run>;
}

export interface Run {
  readonly events: number;
  readonly milliseconds: number;
  /** Of each append (the buffer) or each group (the others), which is the same to a producer. */
  readonly latencies: readonly number[];
}

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
export const SEGMENT_BYTES = 16 << 20;
const now = () => performance.now();

export const bufferOptions = (directory: string): BufferOptions => ({
  directory,
  maxSize: 64 * 2 ** 30,
  segmentSize: SEGMENT_BYTES,
  whenFull: "reject",
  sync: "always",
  owner: "the benchmark",
});

export const bufferDependencies = {
  disk: systemDisk,
  clock: systemClock,
  random: systemRandom,
  log: quietLog,
};

/** How often delivered events are deleted, where they are. */
export const DELIVERY_MS = 20;

/**
 * One write of all producers' events, and its sync: the best that any log in files could do.
 *
 * @param inPlace into space that was written before: its sync need not store the file's new length
 */
export const bare = (name: string, inPlace: boolean): Contestant => ({
  name,
  uncounted: inPlace,
  async run(directory, event, producers, milliseconds) {
    const group = new Uint8Array(event.length * producers);
    for (let at = 0; at < group.length; at += event.length) group.set(event, at);
    using file = await Deno.open(`${directory}/bare`, { createNew: true, write: true });
    if (inPlace) {
      file.writeSync(new Uint8Array(SEGMENT_BYTES));
      file.syncDataSync();
      file.seekSync(0, Deno.SeekMode.Start);
    }
    const latencies: number[] = [];
    const start = now();
    let [before, end] = [start, 0];
    while (before - start < milliseconds) {
      end += group.length;
      if (inPlace && end > SEGMENT_BYTES) {
        end = group.length;
        file.seekSync(0, Deno.SeekMode.Start);
      }
      for (let at = 0; at < group.length;) at += file.writeSync(group.subarray(at));
      await file.syncData();
      const after = now();
      latencies.push(after - before);
      before = after;
    }
    return { events: latencies.length * producers, milliseconds: before - start, latencies };
  },
});

/**
 * @param delivers whether a consumer leases and acknowledges all there is, again and again
 */
export const ring = (
  name: string,
  delivers: boolean,
  options: Partial<BufferOptions> = {},
): Contestant => ({
  name,
  async run(directory, event, producers, milliseconds) {
    const all = { ...bufferOptions(directory), ...options };
    const buffer = await Buffer.open(all, bufferDependencies);
    const latencies: number[] = [];
    const start = now();
    const end = start + milliseconds;
    const produce = async () => {
      for (let before = now(); before < end;) {
        const outcome = await buffer.append([event]);
        if (outcome.kind !== "stored") throw new Error(`${outcome.kind}: ${outcome.reason}`);
        const after = now();
        latencies.push(after - before);
        before = after;
      }
    };
    const consume = async () => {
      while (now() < end) {
        const batch = await buffer.lease({ events: Infinity, bytes: Infinity });
        if (batch) await buffer.acknowledge(batch);
        await systemClock.sleep(DELIVERY_MS);
      }
    };
    const consumer = delivers ? consume() : undefined;
    await Promise.all(Array.from({ length: producers }, produce));
    const elapsed = now() - start;
    await consumer;
    await buffer.close();
    return { events: latencies.length, milliseconds: elapsed, latencies };
  },
});
