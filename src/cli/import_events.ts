import { describeDamage } from "../buffer/damage.ts";
import { readSegmentHeader } from "../buffer/read_header.ts";
import { scanSegment } from "../buffer/scan_segment.ts";
import { isSegment, SEGMENT_HEADER_BYTES } from "../buffer/segment.ts";
import { tolerantSource } from "../buffer/tolerant_source.ts";
import type { Disk, DiskFile } from "../platform/disk.ts";
import { readEvents } from "../receiver/read_events.ts";

/** A range of sequences, both included. */
export interface Sequences {
  readonly first: number;
  readonly last: number;
}

/** What stands in a file: an event, or something that cannot be imported. */
export type ImportItem =
  | {
    readonly kind: "event";
    /** Valid only until the next item is asked for. */
    readonly payload: Uint8Array;
    /** For people: "line 17", or "sequence 17" in a segment. */
    readonly place: string;
  }
  | { readonly kind: "problem"; readonly text: string };

/**
 * Reads a segment of a buffer, quarantined or not, or a file of Falco events in any form the
 * receiver takes: one, several lines, an array; a refused request that was mended.
 *
 * @param sequences which records of a segment are wanted
 * @throws what the disk says, or that a segment has an unknown version
 */
export function* readImport(
  disk: Disk,
  path: string,
  sequences: Sequences | undefined,
): Generator<ImportItem> {
  const file = disk.openForReading(path);
  try {
    const magic = new Uint8Array(8);
    if (isSegment(magic.subarray(0, file.readAt(0, magic)))) {
      yield* readSegment(file, path, sequences ?? { first: 1, last: Number.MAX_SAFE_INTEGER });
    } else if (sequences) {
      yield {
        kind: "problem",
        text: `${path}: not a segment, so it has no sequences to choose from`,
      };
    } else yield* readText(file, path);
  } finally {
    file.close();
  }
}

function* readSegment(
  file: DiskFile,
  path: string,
  { first, last }: Sequences,
): Generator<ImportItem> {
  const source = tolerantSource(file, () => {});
  const header = readSegmentHeader(source, path);
  if (header.kind === "damaged") yield { kind: "problem", text: `${path}: its header is damaged` };
  const range = {
    start: SEGMENT_HEADER_BYTES,
    end: file.size(),
    first: header.kind === "header" ? header.header.first : 1,
    last: Number.MAX_SAFE_INTEGER,
  };
  for (const item of scanSegment(source, range)) {
    if (item.kind === "damage") {
      const { start, end } = item.damage;
      const text = end < range.end
        ? `damaged at ${describeDamage(item.damage)}`
        : `no event can be read from byte ${start} on: an unfinished write, or damage`;
      yield { kind: "problem", text: `${path}: ${text}` };
      continue;
    }
    const { sequence, payload } = item.record;
    if (sequence > last) return;
    if (sequence >= first) yield { kind: "event", payload, place: `sequence ${sequence}` };
  }
}

function* readText(file: DiskFile, path: string): Generator<ImportItem> {
  const size = file.size();
  let line = 1;
  for (let start = 0; start < size;) {
    const read = readChunk(file, start, size);
    const text = start + read.length < size ? read.subarray(0, endOfLines(read, path)) : read;
    const lineAt = lineCounter(text, line);
    for (const item of readEvents(text, () => {})) {
      if (item.kind === "event") {
        const at = lineAt(item.payload.byteOffset - text.byteOffset);
        yield { kind: "event", payload: item.payload, place: `line ${at}` };
      } else {
        const { offset, reason } = item.refusal;
        yield { kind: "problem", text: `${path}:${lineAt(offset)}: ${reason}` };
      }
    }
    line = lineAt(text.length);
    start += text.length;
  }
}

/** A file of up to this size may hold JSON in any form; a larger one is read by whole lines. */
const CHUNK_BYTES = 32 * 1024 * 1024;

function readChunk(file: DiskFile, start: number, size: number): Uint8Array {
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, size - start));
  return chunk.subarray(0, file.readAt(start, chunk));
}

function endOfLines(chunk: Uint8Array, path: string): number {
  const end = chunk.lastIndexOf(0x0a) + 1;
  if (end > 0) return end;
  throw new Error(`${path} has a line of more than ${CHUNK_BYTES} bytes`);
}

/** Tells the line of one offset after the other, in ascending order, each byte looked at once. */
function lineCounter(text: Uint8Array, firstLine: number): (offset: number) => number {
  let [line, at] = [firstLine, 0];
  return (offset) => {
    for (let next = text.indexOf(0x0a, at); next >= 0 && next < offset;) {
      line++;
      at = next + 1;
      next = text.indexOf(0x0a, at);
    }
    return line;
  };
}
