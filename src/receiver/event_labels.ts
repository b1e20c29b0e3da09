import { type Enrichment, enrichment } from "../event/enrich.ts";
import type { EnrichmentSettings, ExtraLabel } from "../event/enrichment_settings.ts";
import type { FalcoEvent, FieldValue } from "../event/falco_event.ts";
import type { EventLabels } from "../telemetry/metrics.ts";

/** Tells what is counted of events, with the labels that falcosidekick would add. */
export interface Labeller {
  /** Names of the further labels, in their order; a name may stand twice, and the last value counts. */
  readonly names: readonly string[];
  /** Templates may show every digit of a number. */
  readonly numbers: "fast" | "exact";
  labelsOf(event: FalcoEvent): Labelled;
}

export interface Labelled {
  readonly labels: EventLabels;
  readonly failures: ReturnType<Enrichment>["failures"];
}

/**
 * falcosidekick's labels (`handlers.go`): of custom fields, of templated fields, and of
 * `prometheus.extralabels`, of which only texts have a value.
 */
export function labeller(
  settings: EnrichmentSettings,
  extraLabels: readonly ExtraLabel[],
): Labeller {
  const fields = [
    ...settings.customfields.map(({ name, label }) => ({ field: name, label })),
    ...settings.templatedfields.map(({ name, label }) => ({ field: name, label })),
    ...extraLabels,
  ].filter((one): one is ExtraLabel => one.label !== undefined);
  const names = fields.map(({ label }) => label);
  if (settings.templatedfields.length === 0) {
    // Most agents have no templates; without them there is nothing to be made of an event.
    const custom = new Map(settings.customfields.map(({ name, value }) => [name, value]));
    return {
      names,
      numbers: "fast",
      labelsOf: (event) => ({ labels: labels(event, custom, fields), failures: [] }),
    };
  }
  const enrich = enrichment({ ...settings, outputfieldformat: "" });
  return {
    names,
    numbers: "exact",
    labelsOf: (event) => {
      const { event: enriched, failures } = enrich(event);
      return { labels: labels(enriched, NONE, fields), failures };
    },
  };
}

const NONE: ReadonlyMap<string, string> = new Map();

/** @param custom win over the event's own fields */
function labels(
  event: FalcoEvent,
  custom: ReadonlyMap<string, string>,
  extra: readonly ExtraLabel[],
): EventLabels {
  const { hostname, rule, priority, source, outputFields } = event;
  const text = (field: string) => custom.get(field) ?? textOf(outputFields[field]);
  return {
    hostname,
    rule,
    priority,
    source,
    k8sNamespace: text("k8s.ns.name"),
    k8sPod: text("k8s.pod.name"),
    ...(extra.length > 0 && { extra: extra.map(({ field }) => text(field)) }),
  };
}

const textOf = (value: FieldValue | undefined): string => typeof value === "string" ? value : "";
