import type { WriterProperties } from "parquet-wasm";
import { PAGE_BYTES, RUN_ROWS } from "./page_size.ts";
import { parquetWasm } from "./parquet_wasm.ts";

/** Security Lake prefers zstd; Athena reads all of them. */
export type Compression = "zstd" | "snappy" | "gzip" | "none";

/** The footer's key under which our metadata stands, as one JSON object. */
export const METADATA_KEY = "falco-lake";

export interface WriteOptions {
  readonly compression: Compression;
  /** For the footer; see METADATA_KEY. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Our version, for the footer's `created_by`; left out when not given. */
  readonly version?: string;
}

const ROW_GROUP_BYTES = 128 << 20;

/** What DESIGN §6 and Security Lake ("Custom source requirements") ask of a file. */
export function writerProperties(
  { compression, metadata, version }: WriteOptions,
): WriterProperties {
  const parquet = parquetWasm();
  const codec = {
    zstd: parquet.Compression.ZSTD,
    snappy: parquet.Compression.SNAPPY,
    gzip: parquet.Compression.GZIP,
    none: parquet.Compression.UNCOMPRESSED,
  }[compression];
  return new parquet.WriterPropertiesBuilder()
    .setWriterVersion(parquet.WriterVersion.V1)
    .setCompression(codec)
    .setStatisticsEnabled(parquet.EnabledStatistics.Chunk)
    .setDataPageSizeLimit(PAGE_BYTES)
    .setDictionaryPageSizeLimit(PAGE_BYTES)
    .setWriteBatchSize(RUN_ROWS)
    .setMaxRowGroupBytes(ROW_GROUP_BYTES)
    .setCreatedBy(version === undefined ? "falco-lake" : `falco-lake version ${version}`)
    // One key only: the writer puts several in a different order each time.
    .setKeyValueMetadata(new Map([[METADATA_KEY, JSON.stringify(metadata)]]))
    .build();
}
