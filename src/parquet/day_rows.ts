import { Buffer } from "node:buffer";
import type { ReceivedRecord } from "../ocsf/context.ts";
import type { Rows } from "./arrow_ipc.ts";
import type { KeptRecords } from "./kept_records.ts";
import type { MappedRecord } from "./layout.ts";
import { hasUnlikelyTime } from "./unlikely_time.ts";

/**
 * Bytes of received events whose rows are in memory at a time: as objects, hostile ones take twenty
 * times as much. A larger event stands alone.
 */
const PIECE_BYTES = 2 << 20;

/** Characters of a uid that count for the order. A UUID has 36; a client can send one of megabytes. */
const UID_CHARACTERS = 64;

/**
 * The rows of one file, by `time`, then uid, then arrival. Of each only what its place depends on is
 * in memory; the row itself is made once more when its turn comes, unless its batch is small.
 */
export class DayRows implements Rows {
  readonly #records: KeptRecords;
  readonly #map: (record: ReceivedRecord) => MappedRecord;
  /** Of the records of this day, in the order of arrival: index in `#records`, time, begin of uid, row. */
  readonly #indexes: number[] = [];
  readonly #times: number[] = [];
  readonly #uids: string[] = [];
  readonly #rows: (MappedRecord | undefined)[] = [];
  #order: Uint32Array | undefined;
  #incomplete = 0;
  #unlikelyTimes = 0;

  /** @param map the same row for the same record, each time */
  constructor(records: KeptRecords, map: (record: ReceivedRecord) => MappedRecord) {
    this.#records = records;
    this.#map = map;
  }

  get length(): number {
    return this.#indexes.length;
  }

  /** How many have no more than an envelope and `raw_data`. */
  get incomplete(): number {
    return this.#incomplete;
  }

  /** How many have a time that is hardly theirs; see `hasUnlikelyTime`. */
  get unlikelyTimes(): number {
    return this.#unlikelyTimes;
  }

  /**
   * @param index of its record
   * @param isKept whether the row stays in memory
   */
  add(index: number, row: MappedRecord, isKept: boolean, receivedMicroseconds: number): void {
    this.#indexes.push(index);
    this.#times.push(row.time);
    this.#uids.push(beginOf(uidOf(row)));
    this.#rows.push(isKept ? row : undefined);
    if (isIncomplete(row)) this.#incomplete++;
    if (hasUnlikelyTime(row, receivedMicroseconds)) this.#unlikelyTimes++;
    this.#order = undefined;
  }

  /** As many of the rows from `first` to before `end` as may be in memory; at least one. */
  slice(first: number, end: number): MappedRecord[] {
    const order = this.#order ??= this.#sorted();
    const rows: MappedRecord[] = [];
    let bytes = 0;
    for (const at of order.subarray(first, end)) {
      const index = this.#indexes[at]!;
      bytes += this.#records.bytesOf(index);
      if (rows.length > 0 && bytes > PIECE_BYTES) break;
      rows.push(this.#rows[at] ?? this.#map(this.#records.get(index)));
    }
    return rows;
  }

  #sorted(): Uint32Array {
    const [times, uids] = [this.#times, this.#uids];
    return Uint32Array.from(times.keys()).sort((a, b) => {
      if (times[a] !== times[b]) return times[a]! - times[b]!;
      return uids[a]! < uids[b]! ? -1 : uids[a]! > uids[b]! ? 1 : a - b;
    });
  }
}

const isIncomplete = (row: MappedRecord): boolean =>
  row.class_uid === 2001 ? row.status === "" : row.status_detail !== undefined;

const uidOf = (row: MappedRecord): string =>
  row.class_uid === 2001 ? row.finding.uid : row.metadata.uid;

/** A copy: for V8, a part of a text, or one that was put together, keeps all that it came from. */
const beginOf = (uid: string): string =>
  Buffer.from(uid.slice(0, UID_CHARACTERS), "utf16le").toString("utf16le");
