import { arrowStream, type Row } from "./arrow_ipc.ts";
import type { Column } from "./column.ts";
import { parquetWasm } from "./parquet_wasm.ts";
import { type WriteOptions, writerProperties } from "./writer_properties.ts";

/**
 * Writes one Parquet file. The same rows, columns and options give the same bytes.
 *
 * @param rows in the order they shall have in the file; may be empty
 * @throws RowError when a row does not fit the columns
 */
export function encodeParquet(
  rows: readonly Row[],
  columns: readonly Column[],
  options: WriteOptions,
): Uint8Array<ArrayBuffer> {
  const { Table, writeParquet } = parquetWasm();
  const table = Table.fromIPCStream(arrowStream(rows, columns));
  // Consumes both arguments, even when it throws: nothing is left to free.
  return writeParquet(table, writerProperties(options)) as Uint8Array<ArrayBuffer>;
}
