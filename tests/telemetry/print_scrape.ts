/** Prints a scrape with the metrics of this process, to be run under the agent's permissions. */
import { systemProcess } from "../../src/platform/process.ts";
import { systemProcessUsage } from "../../src/platform/process_usage.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";

const metrics = new Metrics(() => undefined, systemProcessUsage);
systemProcess.out((await metrics.scrape()).text);
