/**
 * Worker: posts an event now and then over a connection of its own, and measures the answers. Away
 * from the thread that plays the store, which would be measured as well.
 */
import { systemClock } from "../../src/platform/clock.ts";
import { dayEvent } from "./day_event.ts";
import { postEvents } from "./flood.ts";

export interface ProbeRequest {
  readonly port: number;
  readonly rate: number;
  /** The number of its first event; the others follow. */
  readonly first: number;
  /** Milliseconds between two. */
  readonly every: number;
}

export interface ProbeResult {
  /** Milliseconds, for each event. */
  readonly latencies: Float64Array;
}

interface WorkerScope {
  onmessage: (event: MessageEvent<ProbeRequest | "stop">) => void;
  postMessage(result: ProbeResult): void;
}

const scope = globalThis as unknown as WorkerScope; // the types of both worlds do not mix
const stop = new AbortController();

scope.onmessage = async ({ data }) => {
  if (data === "stop") {
    stop.abort();
    return;
  }
  const { port, rate, first, every } = data;
  const latencies: number[] = [];
  while (!stop.signal.aborted) {
    const event = dayEvent(first + latencies.length, rate);
    const began = performance.now();
    await postEvents(port, event);
    latencies.push(performance.now() - began);
    await systemClock.sleep(every, stop.signal);
  }
  scope.postMessage({ latencies: Float64Array.from(latencies) });
};
