import process from "node:process";

/** What the process uses of the machine, passed in so that tests decide what it is. */
export interface ProcessUsage {
  /** Processor time that all threads have used, user and system, in seconds. */
  cpuSeconds(): number;
  memory(): ProcessMemory;
  /** When the process started, in seconds since 1970, by the wall clock of that moment. */
  readonly startedAt: number;
}

/** Bytes. */
export interface ProcessMemory {
  /** What all threads hold in RAM. */
  readonly residentBytes: number;
  /** JavaScript heap of the calling thread, free parts included, contents of buffers excluded. */
  readonly heapBytes: number;
}

/** Our own process. Needs no permission. */
export const systemProcessUsage: ProcessUsage = {
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage(); // microseconds
    return (user + system) / 1e6;
  },
  memory: () => {
    const { rss, heapTotal } = Deno.memoryUsage();
    return { residentBytes: rss, heapBytes: heapTotal };
  },
  startedAt: performance.timeOrigin / 1000,
};
