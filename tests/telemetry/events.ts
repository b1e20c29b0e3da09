import type { EventLabels, Metrics } from "../../src/telemetry/metrics.ts";
import { parseExposition, type Sample } from "./exposition.ts";

export const EVENTS = "falcosecurity_falcosidekick_falco_events_total";

/** An event of which a test names what matters. */
export const labelsOf = (given: Partial<EventLabels> = {}): EventLabels => ({
  hostname: "node-1",
  rule: "A rule",
  priority: "Warning",
  source: "syscall",
  k8sNamespace: "",
  k8sPod: "",
  ...given,
});

/** The events' series as a scrape shows them. */
export async function eventSeries(metrics: Metrics): Promise<readonly Sample[]> {
  return parseExposition((await metrics.scrape()).text).get(EVENTS)!.samples;
}
