import type { ProbeRequest, ProbeResult } from "./probe_worker.ts";

/** Posts an event now and then, and measures the answers. */
export class Probe {
  readonly #worker = new Worker(import.meta.resolve("./probe_worker.ts"), { type: "module" });
  readonly #result: Promise<ProbeResult>;

  constructor(request: ProbeRequest) {
    this.#result = new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => reject(new Error(event.message));
    });
    this.#worker.postMessage(request);
  }

  /** @returns milliseconds for each of its events, at least one */
  async stop(): Promise<Float64Array> {
    this.#worker.postMessage("stop");
    const { latencies } = await this.#result;
    this.#worker.terminate();
    return latencies;
  }
}
