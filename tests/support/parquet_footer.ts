import { parquetMetadata, parquetSchema } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

type SchemaTree = ReturnType<typeof parquetSchema>;

/** A file's footer, read by a reader that is not our writer. */
export const footerOf = (file: Uint8Array<ArrayBuffer>) => parquetMetadata(file.buffer);

/** A file's schema in the notation of the Parquet format and its tools. */
export function schemaText(file: Uint8Array<ArrayBuffer>): string {
  const root = parquetSchema(footerOf(file));
  return ["message {", ...root.children.flatMap((child) => lines(child, "  ")), "}"].join("\n");
}

function lines({ element, children }: SchemaTree, indent: string): string[] {
  const repetition = element.repetition_type?.toLowerCase();
  const annotation = annotationOf(element);
  if (children.length === 0) {
    return [`${indent}${repetition} ${element.type?.toLowerCase()} ${element.name}${annotation};`];
  }
  return [
    `${indent}${repetition} group ${element.name}${annotation} {`,
    ...children.flatMap((child) => lines(child, `${indent}  `)),
    `${indent}}`,
  ];
}

function annotationOf({ logical_type: logical, converted_type: converted }: SchemaTree["element"]) {
  if (!logical) return converted ? ` (converted ${converted})` : "";
  if (logical.type !== "TIMESTAMP") return ` (${logical.type})`;
  return ` (TIMESTAMP(${logical.unit},${logical.isAdjustedToUTC}))`;
}

export interface Page {
  /** Members joined by dots. */
  readonly column: string;
  /** `DATA_PAGE` is version 1. */
  readonly type: "DATA_PAGE" | "DATA_PAGE_V2" | "DICTIONARY_PAGE" | "INDEX_PAGE";
  readonly encoding: string | undefined;
  readonly uncompressedBytes: number;
}

/** All pages of a file, from their headers. */
export function pagesOf(file: Uint8Array<ArrayBuffer>): Page[] {
  const chunks = footerOf(file).row_groups.flatMap(({ columns }) => columns);
  return chunks.flatMap(({ meta_data: chunk }) => {
    const pages: Page[] = [];
    const start = Number(chunk!.dictionary_page_offset ?? chunk!.data_page_offset);
    const end = start + Number(chunk!.total_compressed_size);
    const reader = { view: new DataView(file.buffer, 0, end), offset: start };
    while (reader.offset < end) {
      const header = parquetHeader(reader);
      reader.offset += header.compressed_page_size;
      pages.push({
        column: chunk!.path_in_schema.join("."),
        type: header.type,
        encoding: (header.data_page_header ?? header.dictionary_page_header)?.encoding,
        uncompressedBytes: header.uncompressed_page_size,
      });
    }
    return pages;
  });
}
