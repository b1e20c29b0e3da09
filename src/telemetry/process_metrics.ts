import type { ProcessUsage } from "../platform/process_usage.ts";
import type { Families } from "./families.ts";

/**
 * What the process uses, under the names that Prometheus' client libraries share, so that everyone's
 * dashboards find them. Source: Prometheus docs, "Writing client libraries", process metrics.
 *
 * Of the standard ones, `process_open_fds`, `process_max_fds`, `process_threads`,
 * `process_virtual_memory_bytes` and `process_virtual_memory_max_bytes` are missing: Linux tells
 * them in /proc alone, which Deno opens only to a process with every permission.
 */
export function addProcessMetrics(families: Families, usage: ProcessUsage): void {
  families.counter(
    "process_cpu_seconds_total",
    "Processor time of all threads, user and system, in seconds",
    {
      collect() {
        this.reset();
        this.inc(usage.cpuSeconds());
      },
    },
  );
  families.gauge("process_resident_memory_bytes", "Memory that the process holds in RAM", {
    collect() {
      this.set(usage.memory().residentBytes);
    },
  });
  families.gauge("process_heap_bytes", "JavaScript heap of the main thread, without buffers", {
    collect() {
      this.set(usage.memory().heapBytes);
    },
  });
  families.gauge("process_start_time_seconds", "When the process started, seconds since 1970")
    .set(usage.startedAt);
}
