import { enrichment } from "../event/enrich.ts";
import type { EnrichmentSettings } from "../event/enrichment_settings.ts";
import type { MappingContext, ReceivedRecord } from "../ocsf/context.ts";
import {
  type FalcosidekickFinding,
  mapToFalcosidekick,
  unreadToFalcosidekick,
} from "../ocsf/falcosidekick.ts";
import type { Finding } from "../ocsf/finding.ts";
import { mapRecord } from "../ocsf/map.ts";
import { unreadRecord } from "../ocsf/unreadable.ts";
import type { Column } from "./column.ts";
import { columnsOf } from "./columns.ts";
import { FALCOSIDEKICK_COLUMNS } from "./falcosidekick_columns.ts";

/** Which columns a file has: OCSF's, or falcosidekick's own. */
export type Schema = "ocsf" | "falcosidekick";

/** A row of a file. */
export type MappedRecord = Finding | FalcosidekickFinding;

/** What a schema makes of records. */
export interface Layout {
  /**
   * Pure, and never throws.
   *
   * @param failure why the row it gave before does not fit: for another with less in it
   */
  readonly map: (record: ReceivedRecord, failure?: string) => MappedRecord;
  /** A row that has the record as it is, because of `reason`, and the time that `map` gives it. */
  readonly unread: (record: ReceivedRecord, reason: string) => MappedRecord;
  readonly columns: readonly Column[];
  /** For the file's footer: what its columns are. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What rows depend on besides the events. Plain data. */
export interface MappingSettings extends Omit<MappingContext, "enrich"> {
  /** undefined for nothing. */
  readonly enrichment?: EnrichmentSettings;
}

/** @param settings checked: see `enrichment` */
export function layoutOf(schema: Schema, settings: MappingSettings): Layout {
  const context = contextOf(settings);
  const { ocsfVersion } = context;
  return schema === "falcosidekick"
    ? {
      map: (record, failure) => mapToFalcosidekick(record, context, failure),
      unread: unreadToFalcosidekick,
      columns: FALCOSIDEKICK_COLUMNS,
      metadata: { schema },
    }
    : {
      map: (record, failure) => mapRecord(record, context, failure),
      unread: (record, reason) => unreadRecord(record, context, reason),
      columns: columnsOf(ocsfVersion),
      metadata: { ocsfVersion },
    };
}

/** The settings with their templates parsed, which is done once for many events. */
export function contextOf(settings: MappingSettings): MappingContext {
  return { ...settings, ...(settings.enrichment && { enrich: enrichment(settings.enrichment) }) };
}
