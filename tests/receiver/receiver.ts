import type { EnrichmentSettings, ExtraLabel } from "../../src/event/enrichment_settings.ts";
import type { Clock } from "../../src/platform/clock.ts";
import type { BodyLimits } from "../../src/receiver/body.ts";
import type { Store } from "../../src/receiver/event_intake.ts";
import { labeller } from "../../src/receiver/event_labels.ts";
import { createHandler, type ReceiverHandler } from "../../src/receiver/handler.ts";
import { RejectedRequests } from "../../src/receiver/rejected.ts";
import type { Wanted } from "../../src/receiver/wanted.ts";
import type { Readiness } from "../../src/telemetry/health.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { captureLog } from "../support/capture_log.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { frozenClock, textOf } from "../support/open_buffer.ts";

export interface ReceiverOptions {
  readonly store?: Store;
  readonly limits?: BodyLimits;
  readonly wanted?: Partial<Wanted>;
  readonly enrichment?: Partial<EnrichmentSettings>;
  readonly extraLabels?: readonly ExtraLabel[];
  readonly readiness?: () => Readiness;
  readonly status?: () => unknown;
  readonly clock?: Clock;
  readonly disk?: MemoryDisk;
  /** Folder of refused requests. */
  readonly rejected?: string;
  /** Whether `log` has the lines of events that are stored. */
  readonly logsEvents?: boolean;
}

/** Of an agent that enriches nothing. */
export const NO_ENRICHMENT: EnrichmentSettings = {
  customfields: [],
  customtags: [],
  templatedfields: [],
  bracketreplacer: "",
  outputfieldformat: "",
};

export interface Receiver {
  readonly handler: ReceiverHandler;
  /** Payloads that were stored, as text. */
  readonly stored: string[];
  readonly log: string[];
  readonly metrics: Metrics;
}

/** A receiver without a socket, over a buffer that takes everything unless told otherwise. */
export function receiver(options: ReceiverOptions = {}): Receiver {
  const { clock = frozenClock, disk = new MemoryDisk() } = options;
  const stored: string[] = [];
  const captured = captureLog();
  const log = options.logsEvents ? captured : {
    ...captured,
    debug: () => {},
    info: (line: string) => void (line.includes("Event queued") || captured.info(line)),
  };
  const metrics = new Metrics(() => undefined);
  const labels = labeller({ ...NO_ENRICHMENT, ...options.enrichment }, options.extraLabels ?? []);
  metrics.useEventLabels(labels.names);
  const dependencies = { metrics, log, clock };
  const handler = createHandler({
    store: async (payloads) => {
      const outcome = await options.store?.(payloads) ?? { kind: "stored" as const };
      if (outcome.kind === "stored") stored.push(...payloads.map(textOf));
      return outcome;
    },
    limits: options.limits ?? { maxbodysize: 1000, maxdecompressedsize: 2000 },
    wanted: { minimumPriority: undefined, dropInternal: false, ...options.wanted },
    labeller: labels,
    outputName: "Lake",
    rejected: new RejectedRequests(options.rejected ?? "/rejected", { ...dependencies, disk }),
    readiness: options.readiness ?? (() => ({ ready: true, reasons: [], warnings: [] })),
    status: options.status ?? (() => ({})),
    ...dependencies,
  });
  return { handler, stored, log: captured.lines, metrics };
}

/** An answer's body as text. */
export const bodyText = ({ body }: { readonly body: string | Uint8Array }): string =>
  typeof body === "string" ? body : textOf(body);
