import type { BufferRecord } from "../buffer/record.ts";
import type { ReceivedRecord } from "../ocsf/context.ts";
import { buildColumns } from "./build_column.ts";
import { DayRows } from "./day_rows.ts";
import { eventDayOf } from "./event_day.ts";
import { KeptRecords } from "./kept_records.ts";
import {
  type Layout,
  layoutOf,
  type MappedRecord,
  type MappingSettings,
  type Schema,
} from "./layout.ts";
import { RowError } from "./row_error.ts";
import { encodeParquet } from "./write_parquet.ts";
import type { Compression } from "./writer_properties.ts";

/** All that the content of a batch's files depends on, besides its records. Plain data. */
export interface EncodeSettings extends MappingSettings {
  readonly schema: Schema;
  readonly compression: Compression;
  /** falco-lake's version. */
  readonly version: string;
  /** The buffer's log id. */
  readonly logId: string;
  /** The batch's range of sequences, both included. */
  readonly first: number;
  readonly last: number;
  /** Events of more bytes are not read, but shipped as they are; undefined to read them all. */
  readonly readBytes?: number;
}

/** One Parquet file, for one partition. */
export interface EncodedFile {
  /** `YYYYMMDD`, UTC. */
  readonly eventDay: string;
  readonly rows: number;
  /** How many of them have no more than an envelope and `raw_data`. */
  readonly incomplete: number;
  /** How many of them have a time that is hardly theirs; see `hasUnlikelyTime`. */
  readonly unlikelyTimes: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Turns a batch of received events into Parquet files, one for each UTC day on which events
 * happened, in the order of the days. Rows are ordered by `time`, then uid. Pure: the same records
 * and settings give the same bytes, so that a batch sent twice is the same object.
 *
 * @param records may be gone through twice; each one's payload need only be valid until the next is
 *   asked for
 */
export async function encodeBatch(
  records: () => Iterable<BufferRecord>,
  settings: EncodeSettings,
  layout: Layout = layoutOf(settings.schema, settings),
): Promise<EncodedFile[]> {
  const { readBytes = Infinity } = settings;
  const map = (record: ReceivedRecord) =>
    record.payload.length > readBytes ? layout.unread(record, UNREAD) : layout.map(record);
  try {
    return await encodeRecords(records(), map, layout, settings);
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    // A mistake of ours: some row does not fit its columns. It must cost those rows their detail,
    // not hold up what comes after them for ever, so each is looked at by itself now.
    const fitting = (record: ReceivedRecord) => fittingRow(record, map(record), layout);
    return await encodeRecords(records(), fitting, layout, settings);
  }
}

const UNREAD = "falco-lake ran out of memory when it was last read";

function fittingRow(record: ReceivedRecord, row: MappedRecord, layout: Layout): MappedRecord {
  try {
    buildColumns(layout.columns, [row], { path: "", rowOf: () => 0 });
    return row;
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return layout.map(record, error.message);
  }
}

/**
 * Rows stay in memory while the events that they were made of have no more bytes than this together:
 * those of most batches. All rows of a large one would take more than a gibibyte.
 */
const KEPT_ROWS_BYTES = 4 << 20;

async function encodeRecords(
  records: Iterable<BufferRecord>,
  map: (record: ReceivedRecord) => MappedRecord,
  layout: Layout,
  settings: EncodeSettings,
): Promise<EncodedFile[]> {
  const kept = new KeptRecords();
  const days = new Map<string, DayRows>();
  let bytes = 0;
  for (const record of records) {
    const row = map(record);
    const eventDay = eventDayOf(row.time);
    let day = days.get(eventDay);
    if (!day) days.set(eventDay, day = new DayRows(kept, map));
    bytes += record.payload.length;
    day.add(kept.add(record), row, bytes <= KEPT_ROWS_BYTES, record.receivedMicroseconds);
  }
  const files: EncodedFile[] = [];
  for (const eventDay of [...days.keys()].sort()) {
    const rows = days.get(eventDay)!;
    days.delete(eventDay); // its rows can go once they are written
    const bytes = await encodeFile(rows, layout, settings);
    const { length, incomplete, unlikelyTimes } = rows;
    files.push({ eventDay, rows: length, incomplete, unlikelyTimes, bytes });
  }
  return files;
}

function encodeFile(
  rows: DayRows,
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
