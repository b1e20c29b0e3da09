import type { BufferRecord } from "../buffer/record.ts";
import type { ReceivedRecord } from "../ocsf/context.ts";
import { eventDayOf } from "./event_day.ts";
import { buildColumns } from "./build_column.ts";
import {
  type Layout,
  layoutOf,
  type MappedRecord,
  type MappingSettings,
  type Schema,
} from "./layout.ts";
import { RowError } from "./row_error.ts";
import { hasUnlikelyTime } from "./unlikely_time.ts";
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
  try {
    return await encodeRecords(records(), layout.map, layout, settings);
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    // A mistake of ours: some row does not fit its columns. It must cost those rows their detail,
    // not hold up what comes after them for ever, so each is looked at by itself now.
    return await encodeRecords(records(), (record) => fittingRow(record, layout), layout, settings);
  }
}

function fittingRow(record: ReceivedRecord, layout: Layout): MappedRecord {
  const row = layout.map(record);
  try {
    buildColumns(layout.columns, [row], { path: "", rowOf: () => 0 });
    return row;
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    return layout.map(record, error.message);
  }
}

/** What falls on a day. */
interface Day {
  readonly rows: MappedRecord[];
  unlikelyTimes: number;
}

async function encodeRecords(
  records: Iterable<BufferRecord>,
  map: (record: ReceivedRecord) => MappedRecord,
  layout: Layout,
  settings: EncodeSettings,
): Promise<EncodedFile[]> {
  const days = new Map<string, Day>();
  for (const record of records) {
    const row = map(record);
    const eventDay = eventDayOf(row.time);
    let day = days.get(eventDay);
    if (!day) days.set(eventDay, day = { rows: [], unlikelyTimes: 0 });
    day.rows.push(row);
    if (hasUnlikelyTime(row, record.receivedMicroseconds)) day.unlikelyTimes++;
  }
  const files: EncodedFile[] = [];
  for (const eventDay of [...days.keys()].sort()) {
    const { rows, unlikelyTimes } = days.get(eventDay)!;
    rows.sort(byTimeThenUid);
    days.delete(eventDay); // its rows can go once they are written
    const bytes = await encodeFile(rows, layout, settings);
    const incomplete = rows.filter(isIncomplete).length;
    files.push({ eventDay, rows: rows.length, incomplete, unlikelyTimes, bytes });
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

const isIncomplete = (row: MappedRecord): boolean =>
  row.class_uid === 2001 ? row.status === "" : row.status_detail !== undefined;

const uidOf = (row: MappedRecord): string =>
  row.class_uid === 2001 ? row.finding.uid : row.metadata.uid;
