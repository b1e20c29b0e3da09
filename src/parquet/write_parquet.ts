import { parquetMetadata } from "hyparquet";
import { arrowStreams, type Rows } from "./arrow_ipc.ts";
import type { Column } from "./column.ts";
import { parquetWasm } from "./parquet_wasm.ts";
import { type WriteOptions, writerProperties } from "./writer_properties.ts";

/**
 * Writes one Parquet file. The same rows, columns and options give the same bytes.
 *
 * The writer takes one record batch after the other and keeps the encoded pages of a row group, so
 * that the rows are never all in memory as Arrow, here and once more in the writer.
 *
 * @param rows in the order they shall have in the file; may be empty
 * @throws RowError when a row does not fit the columns
 */
export async function encodeParquet(
  rows: Rows,
  columns: readonly Column[],
  options: WriteOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { Table, transformParquetStream } = parquetWasm();
  const streams = arrowStreams(rows, columns);
  let failure: unknown;
  const batches = new ReadableStream({
    pull(controller) {
      try {
        const { value, done } = streams.next();
        if (done) return controller.close();
        const table = Table.fromIPCStream(value);
        for (const batch of table.recordBatches()) controller.enqueue(batch);
        table.free();
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
  }, { highWaterMark: 0 });
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const file = await transformParquetStream(batches, writerProperties(options));
    bytes = await new Response(file).bytes();
  } catch (error) {
    throw failure ?? error; // the writer fails for want of a batch then
  }
  if (failure !== undefined) throw failure;
  // Later than with its first batch, the writer does not fail but ends the file where it is.
  const written = Number(parquetMetadata(bytes.buffer).num_rows);
  if (written !== rows.length) {
    throw new Error(`the Parquet writer has written ${written} of ${rows.length} rows`);
  }
  return bytes;
}
