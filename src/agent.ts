import { Buffer } from "./buffer/buffer.ts";
import type { Config } from "./config/config.ts";
import type { EnrichmentSettings } from "./event/enrichment_settings.ts";
import { parsePriority } from "./event/priority.ts";
import { ClockWatch } from "./lake/clock_watch.ts";
import { EncodingAttempts } from "./lake/encoding_attempts.ts";
import { openLake } from "./lake/open_lake.ts";
import { LOGGED_NAME, OUTPUT_NAME } from "./lake/output_name.ts";
import { Shipper, type ShipperSettings } from "./lake/shipper.ts";
import { startEncoder } from "./parquet/encoder.ts";
import type { Clock } from "./platform/clock.ts";
import type { Disk } from "./platform/disk.ts";
import { systemProcessUsage } from "./platform/process_usage.ts";
import type { Random } from "./platform/random.ts";
import { labeller } from "./receiver/event_labels.ts";
import { createHandler, type ReceiverHandler } from "./receiver/handler.ts";
import { RejectedRequests } from "./receiver/rejected.ts";
import { openPorts } from "./receiver/ports.ts";
import { readinessOf, type UploadStatus } from "./telemetry/health.ts";
import type { ConfigurableLog } from "./telemetry/log.ts";
import { Metrics } from "./telemetry/metrics.ts";
import type { ServiceState } from "./telemetry/service_manager.ts";
import { statusOf } from "./telemetry/status.ts";
import { statusLine } from "./telemetry/status_line.ts";
import { BUILD, VERSION } from "./version.ts";

export interface AgentDependencies {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly random: Random;
  readonly log: ConfigurableLog;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Who holds the buffer's lock: "pid 123". */
  readonly owner: string;
}

export interface Agent {
  readonly port: number;
  /** For the service manager. */
  readonly state: ServiceState;
  /** Milliseconds that the last upload may take when it stops. */
  readonly shutdownTimeout: number;
  /** Ships what is stored now. */
  flush(): void;
  /**
   * Goes on with another configuration: no port is closed, no event is lost. What cannot change at
   * run time (`RESTART_KEYS` of the configuration) must be what it was.
   *
   * @throws when it cannot be used; the old one stays in force then
   */
  reload(config: Config): Promise<void>;
  /** A new configuration was refused before it came here. */
  reloadFailed(): void;
  /** Drains front to back: no new requests, answers for those under way, one last flush. */
  stop(): Promise<void>;
}

/**
 * Builds the rooms and starts them back to front, so that the first request finds all of them.
 *
 * @throws when the buffer cannot be opened, a certificate cannot be used, or a port is taken
 */
export async function startAgent(config: Config, dependencies: AgentDependencies): Promise<Agent> {
  const { clock, disk, random, log, readFile, owner } = dependencies;
  log.info(`Falco-lake version: ${VERSION}${BUILD ? ` (${BUILD.commit}, ${BUILD.date})` : ""}`);

  const { directory, maxsize, segmentsize, sync, whenfull } = config.buffer;
  const started = clock.now();
  let opened: Buffer | undefined;
  const metrics = new Metrics(
    () => opened && { ...opened.status, maxSize: opened.maxSize, oldestAge: opened.oldestAge },
    systemProcessUsage,
  );
  const buffer = opened = await Buffer.open(
    { directory, maxSize: maxsize, segmentSize: segmentsize, sync, whenFull: whenfull, owner },
    { disk, clock, random, log, onCommit: (commit) => metrics.committed(commit) },
  );
  try {
    const { events } = buffer.status;
    if (events > 0) log.info(`Buffer - ${directory} holds ${events} events from before`);

    const rejected = new RejectedRequests(`${directory}/rejected`, { disk, clock, log, metrics });
    let shipper: Shipper | undefined;
    const clockWatch = new ClockWatch(log, (seconds) => metrics.clockSkew(seconds));
    const facts = () => ({ buffer: buffer.status, uploads: shipper?.status ?? NO_UPLOADS });
    const handlerOf = (config: Config): ReceiverHandler => {
      const labels = labeller(config, config.prometheus.extralabels);
      metrics.useEventLabels(labels.names);
      metrics.build({
        version: VERSION,
        revision: BUILD?.commit ?? "",
        ocsfVersion: config.lake.ocsfversion,
      });
      const { minimumpriority } = config.aws.securitylake;
      return createHandler({
        store: (payloads) => buffer.append(payloads),
        limits: config.receiver,
        wanted: {
          minimumPriority: parsePriority(minimumpriority),
          dropInternal: config.lake.dropinternal,
        },
        labeller: labels,
        outputName: LOGGED_NAME,
        rejected,
        readiness: () => readinessOf(facts(), clock.now()),
        status: () =>
          statusOf({
            ...facts(),
            oldestAge: buffer.oldestAge,
            version: VERSION,
            commit: BUILD?.commit,
            started,
            clockSkew: clockWatch.skew,
          }, clock),
        metrics,
        log,
        clock,
      });
    };

    let current = config;
    let lake = await openLake(config, { ...dependencies, clockWatch });
    let handler = handlerOf(config);
    const ports = await openPorts(config, (request, served) => handler(request, served), {
      readFile,
      clock,
      log,
      metrics,
    });
    // Last, because from here on it works by itself.
    const shipping = shipper = new Shipper(shipperSettings(config), lake.store, {
      buffer,
      startEncoder,
      encodings: new EncodingAttempts(disk, `${directory}/encoding`, log),
      clock,
      random,
      log,
      metrics,
    });

    log.info(`Enabled Outputs: [${OUTPUT_NAME}]`);
    await lake.announce();
    lake.identify();
    log.info(`Falco-lake is up and listening on ${ports.description}`);
    return {
      port: ports.port,
      get state() {
        const now = facts();
        const { state } = now.buffer;
        return {
          status: statusLine({ ...now, oldestAge: buffer.oldestAge }),
          trouble: state.kind === "ready" ? now.uploads.failures?.lastError : state.kind,
          isWorking: ports.accepting,
        };
      },
      get shutdownTimeout() {
        return current.lake.shutdowntimeout;
      },
      flush: () => shipping.flush(),
      reload: async (config) => {
        const nextLake = await openLake(config, { ...dependencies, clockWatch });
        await ports.reload(config);
        // From here on nothing fails.
        current = config;
        handler = handlerOf(config);
        const { maxsize: maxSize, whenfull: whenFull } = config.buffer;
        buffer.configure({ maxSize, whenFull });
        log.configure({ format: config.log.format, debug: config.debug });
        const isElsewhere = nextLake.store.location !== lake.store.location;
        lake.forget();
        lake = nextLake;
        if (isElsewhere) await lake.announce();
        lake.identify();
        shipping.configure(shipperSettings(config), lake.store);
        metrics.reloaded(true, clock.now());
      },
      reloadFailed: () => metrics.reloaded(false, clock.now()),
      stop: async () => {
        const { shutdowntimeout } = current.lake;
        const deadline = clock.monotonic() + shutdowntimeout;
        // A client that never finishes its request must not keep the others' events from the lake:
        // it gets half of the time.
        await Promise.race([ports.close(), clock.sleep(shutdowntimeout / 2)]);
        lake.forget();
        await shipping.stop(Math.max(0, deadline - clock.monotonic()));
        await buffer.close();
      },
    };
  } catch (error) {
    await buffer.close();
    throw error;
  }
}

const NO_UPLOADS: UploadStatus = { lastSuccess: undefined, failures: undefined };

function shipperSettings(config: Config): ShipperSettings {
  const { securitylake } = config.aws;
  const { schema, ocsfversion, compression, rawdata, maxfilesize } = config.lake;
  return {
    interval: securitylake.interval,
    limits: { events: securitylake.batchsize, bytes: maxfilesize },
    objects: {
      prefix: securitylake.prefix,
      region: securitylake.region,
      accountId: securitylake.accountid,
      schema,
      ocsfVersion: ocsfversion,
      rawData: rawdata,
      enrichment: enrichmentSettings(config),
      compression,
      version: VERSION,
    },
  };
}

/** Those keys alone: the encoder's thread has no business with the others. */
function enrichmentSettings(config: Config): EnrichmentSettings {
  const { customfields, customtags, templatedfields, bracketreplacer, outputfieldformat } = config;
  return { customfields, customtags, templatedfields, bracketreplacer, outputfieldformat };
}
