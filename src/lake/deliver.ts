import type { Clock } from "../platform/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { objectKey } from "./object_key.ts";
import { DESTINATION, LOGGED_NAME } from "./output_name.ts";
import type { Shipment } from "./shipment.ts";
import type { Store } from "./store.ts";

export interface DeliverDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Puts what has not arrived yet of a shipment, one object after the other, and notes in it what has.
 *
 * @param signal gives it up
 * @throws what the store throws
 */
export async function deliver(
  shipment: Shipment,
  { put, explain }: Store,
  { clock, log, metrics }: DeliverDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { batch: { first, last }, root, logId, files, arrived } = shipment;
  for (const file of files) {
    if (arrived.has(file)) continue;
    const { eventDay, rows, incomplete, unlikelyTimes, bytes } = file;
    const key = objectKey({ root, logId, first, last }, eventDay);
    const started = clock.monotonic();
    try {
      await put(key, bytes, signal);
    } catch (error) {
      if (explain(error).mayBeStored) shipment.mayHaveArrived = true;
      throw error;
    }
    arrived.add(file);
    shipment.mayHaveArrived = true;
    metrics.uploaded(DESTINATION, bytes.length, clock.monotonic() - started);
    metrics.incomplete(incomplete);
    metrics.unlikelyTimes(unlikelyTimes);
    if (incomplete > 0) {
      log.warn(
        `${LOGGED_NAME} - ${incomplete} of ${rows} events in ${key} have no more than their ` +
          `envelope and raw_data: see status_detail there`,
        { key, events: incomplete },
      );
    }
    if (unlikelyTimes > 0) {
      log.warn(
        `${LOGGED_NAME} - ${unlikelyTimes} of ${rows} events in ${key} say that they happened ` +
          `before 1980 or over a day after they came: look at their hosts' clocks`,
        { key, events: unlikelyTimes },
      );
    }
    log.info(
      `${LOGGED_NAME} - Upload parquet file ${key} OK (${rows} events)`,
      { key, events: rows, bytes: bytes.length },
    );
  }
}
