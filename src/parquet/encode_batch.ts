import type { BufferRecord } from "../buffer/record.ts";
import type { Finding } from "../ocsf/finding.ts";
import { mapRecord } from "../ocsf/map.ts";
import type { MappingContext } from "../ocsf/context.ts";
import { columnsOf } from "./columns.ts";
import { eventDayOf } from "./event_day.ts";
import { encodeParquet } from "./write_parquet.ts";
import type { Compression } from "./writer_properties.ts";

/** Which columns a file has: OCSF's, or falcosidekick's own. */
export type Schema = "ocsf" | "falcosidekick";

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
 * happened, in the order of the days. Rows are ordered by `time`, then `metadata.uid`. Pure: the
 * same records and settings give the same bytes, so that a batch sent twice is the same object.
 *
 * @param records each one's payload need only be valid until the next is asked for
 * @throws RowError when a finding does not fit the columns, which is a mistake of ours
 */
export function encodeBatch(
  records: Iterable<BufferRecord>,
  settings: EncodeSettings,
): EncodedFile[] {
  const days = new Map<string, Finding[]>();
  for (const record of records) {
    const finding = mapRecord(record, settings);
    const eventDay = eventDayOf(finding.time);
    const findings = days.get(eventDay);
    if (findings) findings.push(finding);
    else days.set(eventDay, [finding]);
  }
  return [...days.keys()].sort().map((eventDay) => {
    const rows = days.get(eventDay)!.sort(byTimeThenUid);
    days.delete(eventDay); // its findings can go once they are written
    return { eventDay, rows: rows.length, bytes: encodeFile(rows, settings) };
  });
}

function encodeFile(rows: readonly Finding[], settings: EncodeSettings): Uint8Array<ArrayBuffer> {
  const { compression, version, ocsfVersion, logId, first, last } = settings;
  const metadata = {
    version,
    ocsfVersion,
    logId,
    firstSequence: String(first),
    lastSequence: String(last),
  };
  return encodeParquet(rows, columnsOf(ocsfVersion), { compression, metadata, version });
}

function byTimeThenUid(a: Finding, b: Finding): number {
  if (a.time !== b.time) return a.time - b.time;
  const [left, right] = [a.metadata.uid, b.metadata.uid];
  return left < right ? -1 : left > right ? 1 : 0;
}
