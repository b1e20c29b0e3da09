import { makeData, RecordBatch, type Schema, Struct, Table, tableToIPC } from "apache-arrow";
import { arrowSchema } from "./arrow_schema.ts";
import { buildColumns } from "./build_column.ts";
import type { Column } from "./column.ts";
import { keepsPagesSmall } from "./page_size.ts";

/** A row as a plain object; columns pick their values from it. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows that need not all be in memory; an array will do. */
export interface Rows {
  readonly length: number;
  /** The rows from `first` to before `end`, or as many of them as there is room for; at least one. */
  slice(first: number, end: number): readonly Row[];
}

/** Rows per record batch: so few that its buffers are small, so many that there are few batches. */
const BATCH_ROWS = 2048;

/**
 * Rows as Arrow IPC streams of one record batch each, one after the other, so that only one batch's
 * columns are in memory.
 *
 * @throws RowError when a row does not fit the columns
 */
export function* arrowStreams(
  rows: Rows,
  columns: readonly Column[],
): Generator<Uint8Array> {
  const schema = arrowSchema(columns);
  for (const batch of recordBatches(rows, columns, schema)) {
    yield tableToIPC(new Table(schema, [batch]), "stream");
  }
}

function* recordBatches(
  rows: Rows,
  columns: readonly Column[],
  schema: Schema,
): Generator<RecordBatch> {
  const type = new Struct(schema.fields);
  let [first, size] = [0, BATCH_ROWS];
  do { // no rows are one batch too: the writer has the schema from it
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
  } while (first < rows.length);
}
