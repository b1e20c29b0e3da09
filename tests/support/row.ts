/** A row of a Parquet file as plain JSON values, nulls left out. */
export type Row = Record<string, unknown>;
