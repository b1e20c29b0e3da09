import { makeData, RecordBatch, type Schema, Struct, Table, tableToIPC } from "apache-arrow";
import { arrowSchema } from "./arrow_schema.ts";
import { buildColumns } from "./build_column.ts";
import type { Column } from "./column.ts";
import { keepsPagesSmall } from "./page_size.ts";

/** A row as a plain object; columns pick their values from it. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows per record batch: so few that its buffers are small, so many that there are few batches. */
const BATCH_ROWS = 2048;
/** What ends an Arrow stream: a continuation marker and a length of 0. */
const END_OF_STREAM_BYTES = 8;

/** The stream as it is put together; kept for the next call, because fresh memory is slow. */
let stream = new Uint8Array(0);

/**
 * Rows as an Arrow IPC stream. Batch by batch, so that besides the stream only one batch's columns
 * are in memory.
 *
 * @returns bytes that are valid until the next call
 * @throws RowError when a row does not fit the columns
 */
export function arrowStream(rows: readonly Row[], columns: readonly Column[]): Uint8Array {
  const schema = arrowSchema(columns);
  const empty = tableToIPC(new Table(schema), "stream");
  const headBytes = empty.length - END_OF_STREAM_BYTES;

  let end = append(empty.subarray(0, headBytes), 0);
  for (const batch of recordBatches(rows, columns, schema)) {
    // Each call writes a whole stream: schema, batch, end. Only the batch is wanted.
    const whole = tableToIPC(new Table(schema, [batch]), "stream");
    end = append(whole.subarray(headBytes, whole.length - END_OF_STREAM_BYTES), end);
  }
  end = append(empty.subarray(headBytes), end);
  return stream.subarray(0, end);
}

function* recordBatches(
  rows: readonly Row[],
  columns: readonly Column[],
  schema: Schema,
): Generator<RecordBatch> {
  const type = new Struct(schema.fields);
  let size = BATCH_ROWS;
  for (let first = 0; first < rows.length;) {
    const part = rows.slice(first, first + size);
    const children = buildColumns(columns, part, { path: "", rowOf: (index) => first + index });
    if (keepsPagesSmall(children, part.length)) {
      yield new RecordBatch(
        schema,
        makeData({ type, length: part.length, nullCount: 0, children }),
      );
      first += part.length;
      size = Math.min(2 * part.length, BATCH_ROWS);
    } else {
      size = part.length >> 1;
    }
  }
}

function append(bytes: Uint8Array, at: number): number {
  const end = at + bytes.length;
  if (end > stream.length) {
    const larger = new Uint8Array(Math.max(end, stream.length * 2));
    larger.set(stream.subarray(0, at));
    stream = larger;
  }
  stream.set(bytes, at);
  return end;
}
