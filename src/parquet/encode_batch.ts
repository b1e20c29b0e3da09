import type { BufferRecord } from "../buffer/record.ts";
import type { MappingContext, ReceivedRecord } from "../ocsf/context.ts";
import { type FalcosidekickFinding, mapToFalcosidekick } from "../ocsf/falcosidekick.ts";
import type { Finding } from "../ocsf/finding.ts";
import { mapRecord } from "../ocsf/map.ts";
import type { Column } from "./column.ts";
import { columnsOf } from "./columns.ts";
import { eventDayOf } from "./event_day.ts";
import { FALCOSIDEKICK_COLUMNS } from "./falcosidekick_columns.ts";
import { encodeParquet } from "./write_parquet.ts";
import type { Compression } from "./writer_properties.ts";

/** Which columns a file has: OCSF's, or falcosidekick's own. */
export type Schema = "ocsf" | "falcosidekick";

/** A row of a file. */
export type MappedRecord = Finding | FalcosidekickFinding;

/** What a schema makes of records. */
export interface Layout {
  /** Pure, and never throws. */
  readonly map: (record: ReceivedRecord) => MappedRecord;
  readonly columns: readonly Column[];
  /** For the file's footer: what its columns are. */
  readonly metadata: Readonly<Record<string, string>>;
}

export function layoutOf(schema: Schema, context: MappingContext): Layout {
  const { ocsfVersion } = context;
  return schema === "falcosidekick"
    ? { map: mapToFalcosidekick, columns: FALCOSIDEKICK_COLUMNS, metadata: { schema } }
    : {
      map: (record) => mapRecord(record, context),
      columns: columnsOf(ocsfVersion),
      metadata: { ocsfVersion },
    };
}

/** All that the content of a batch's files depends on, besides its records. Plain data. */
export interface EncodeSettings extends MappingContext {
  readonly schema: Schema;
  readonly compression: Compression;
  /** falco-lake's version. */
  readonly version: string;
  /** The buffer's log id. */
  readonly logId: string;
  /** The batch's range of sequences, both included. */
  readonly first: number;
  readonly last: number;
}

/** One Parquet file, for one partition. */
export interface EncodedFile {
  /** `YYYYMMDD`, UTC. */
  readonly eventDay: string;
  readonly rows: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Turns a batch of received events into Parquet files, one for each UTC day on which events
 * happened, in the order of the days. Rows are ordered by `time`, then uid. Pure: the same records
 * and settings give the same bytes, so that a batch sent twice is the same object.
 *
 * @param records each one's payload need only be valid until the next is asked for
 * @throws RowError when a finding does not fit the columns, which is a mistake of ours
 */
export async function encodeBatch(
  records: Iterable<BufferRecord>,
  settings: EncodeSettings,
): Promise<EncodedFile[]> {
  const layout = layoutOf(settings.schema, settings);
  const days = new Map<string, MappedRecord[]>();
  for (const record of records) {
    const row = layout.map(record);
    const eventDay = eventDayOf(row.time);
    const rows = days.get(eventDay);
    if (rows) rows.push(row);
    else days.set(eventDay, [row]);
  }
  const files: EncodedFile[] = [];
  for (const eventDay of [...days.keys()].sort()) {
    const rows = days.get(eventDay)!.sort(byTimeThenUid);
    days.delete(eventDay); // its rows can go once they are written
    const bytes = await encodeFile(rows, layout, settings);
    files.push({ eventDay, rows: rows.length, bytes });
  }
  return files;
}

function encodeFile(
  rows: readonly MappedRecord[],
  layout: Layout,
  { compression, version, logId, first, last }: EncodeSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const metadata = {
    version,
    ...layout.metadata,
    logId,
    firstSequence: String(first),
    lastSequence: String(last),
  };
  return encodeParquet(rows, layout.columns, { compression, metadata, version });
}

function byTimeThenUid(a: MappedRecord, b: MappedRecord): number {
  if (a.time !== b.time) return a.time - b.time;
  const [left, right] = [uidOf(a), uidOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const uidOf = (row: MappedRecord): string =>
  row.class_uid === 2001 ? row.finding.uid : row.metadata.uid;
