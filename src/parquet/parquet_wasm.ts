import * as parquet from "parquet-wasm";
import { readFile } from "../platform/read_file.ts";

let ready = false;

/**
 * The Parquet writer, compiled on first use (about 30 ms). Its memory grows with the largest file
 * written and is given back only when its thread ends.
 */
export function parquetWasm(): typeof parquet {
  if (!ready) {
    parquet.initSync({ module: readFile(import.meta.resolve("parquet-wasm/wasm")) });
    ready = true;
  }
  return parquet;
}
