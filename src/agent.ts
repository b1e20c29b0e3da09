import { Buffer } from "./buffer/buffer.ts";
import type { Config } from "./config/config.ts";
import { parsePriority } from "./event/priority.ts";
import { folderStore } from "./lake/folder_store.ts";
import { s3Store } from "./lake/s3_store.ts";
import { Shipper } from "./lake/shipper.ts";
import { startEncoder } from "./parquet/encoder.ts";
import type { Clock } from "./platform/clock.ts";
import type { Disk } from "./platform/disk.ts";
import type { Random } from "./platform/random.ts";
import { createHandler } from "./receiver/handler.ts";
import { RejectedRequests } from "./receiver/rejected.ts";
import { serve } from "./receiver/server.ts";
import type { Log } from "./telemetry/log.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { VERSION } from "./version.ts";

export interface AgentDependencies {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
  readonly log: Log;
  /** Who holds the buffer's lock: "pid 123". */
  readonly owner: string;
}

export interface Agent {
  readonly port: number;
  /** Ships what is stored now. */
  flush(): void;
  /** Drains front to back: no new requests, answers for those under way, one last flush. */
  stop(): Promise<void>;
}

/**
 * Builds the rooms and starts them back to front, so that the first request finds all of them.
 *
 * @throws when the buffer cannot be opened or the port is taken
 */
export async function startAgent(config: Config, dependencies: AgentDependencies): Promise<Agent> {
  const { clock, disk, random, log, owner } = dependencies;
  const { securitylake } = config.aws;
  log.info(`Falco-lake version: ${VERSION}`);

  const { directory, maxsize, segmentsize, sync, whenfull } = config.buffer;
  let opened: Buffer | undefined;
  const metrics = new Metrics(() => opened && { ...opened.status, oldestAge: opened.oldestAge });
  const buffer = opened = await Buffer.open(
    { directory, maxSize: maxsize, segmentSize: segmentsize, sync, whenFull: whenfull, owner },
    { disk, clock, random, log, onCommit: (commit) => metrics.committed(commit) },
  );
  try {
    const { events } = buffer.status;
    if (events > 0) log.info(`Buffer - ${directory} holds ${events} events from before`);

    const store = config.lake.directory
      ? folderStore(disk, config.lake.directory)
      : await s3Store(config.aws);
    const handler = createHandler({
      store: (payloads) => buffer.append(payloads),
      limits: config.receiver,
      minimumPriority: parsePriority(securitylake.minimumpriority),
      rejected: new RejectedRequests(`${directory}/rejected`, { disk, clock, log, metrics }),
      metrics,
      log,
      clock,
    });
    const server = await serve(handler, config.listenaddress, config.listenport, log);
    const shipper = new Shipper({
      interval: securitylake.interval,
      limits: { events: securitylake.batchsize, bytes: config.lake.maxfilesize },
      prefix: securitylake.prefix,
      region: securitylake.region,
      accountId: securitylake.accountid,
      schema: config.lake.schema,
      ocsfVersion: config.lake.ocsfversion,
      compression: config.lake.compression,
      version: VERSION,
    }, { buffer, store, startEncoder, clock, random, log, metrics });

    log.info(`Enabled Outputs: [${store.name}]`);
    log.info(`${store.name} - writes to ${store.location}`);
    try {
      await store.probe();
    } catch (error) {
      log.error(
        `${store.name} - ${store.location} cannot be written to: ${(error as Error).message}; ` +
          `events wait on disk until it can`,
      );
    }
    log.info(`Falco-lake is up and listening on ${config.listenaddress}:${server.port}`);
    return {
      port: server.port,
      flush: () => shipper.flush(),
      stop: async () => {
        const deadline = clock.monotonic() + config.lake.shutdowntimeout;
        // A client that never finishes its request must not keep the others' events from the lake:
        // it gets half of the time.
        await Promise.race([server.close(), clock.sleep(config.lake.shutdowntimeout / 2)]);
        await shipper.stop(Math.max(0, deadline - clock.monotonic()));
        await buffer.close();
      },
    };
  } catch (error) {
    await buffer.close();
    throw error;
  }
}
