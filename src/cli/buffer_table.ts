import { counted } from "./buffer_count.ts";
import type { BufferLine, SegmentLine } from "./buffer_ls.ts";
import type { SetAsideLine } from "./buffer_set_aside.ts";

/** What `buffer ls` shows a person, line by line. */
export function bufferTable(
  buffer: BufferLine,
  segments: readonly SegmentLine[],
  setAside: readonly SetAsideLine[],
): string[] {
  const { acknowledged, shipping, waiting, rejected, note } = buffer;
  const facts: readonly (readonly [string, string])[] = [
    ["Buffer", buffer.directory],
    ["Log id", buffer.logId ?? "-"],
    ["Acknowledged", acknowledged === null ? "-" : `up to event ${acknowledged}`],
    ["Shipping", shipping ? `events ${shipping.first} to ${shipping.last}` : "-"],
    ["Waiting", counted(waiting, "event")],
    ["Stored", `${counted(buffer.bytes, "byte")} in ${counted(buffer.segments, "segment")}`],
    [
      "Rejected",
      rejected
        ? `${counted(rejected.requests, "request")}, ${counted(rejected.bytes, "byte")}`
        : "-",
    ],
    ...(setAside.length === 0
      ? []
      : [["Set aside", counted(setAside.length, "batch", "batches")] as const]),
    ...(note === null ? [] : [["Note", note] as const]),
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(12)}  ${value}`);
  if (segments.length > 0) lines.push("", ...rows(SEGMENT_COLUMNS, segments));
  if (setAside.length > 0) lines.push("", ...rows(SET_ASIDE_COLUMNS, setAside));
  return lines;
}

/** In this order; numbers stand to the right. */
type Columns<Line> = readonly (readonly [string, keyof Line, "left" | "right"])[];

const SEGMENT_COLUMNS: Columns<SegmentLine> = [
  ["FILE", "file", "left"],
  ["STATE", "state", "left"],
  ["FIRST", "first", "right"],
  ["LAST", "last", "right"],
  ["WAITING", "waiting", "right"],
  ["BYTES", "bytes", "right"],
  ["RECEIVED FROM", "receivedFirst", "left"],
  ["RECEIVED TO", "receivedLast", "left"],
  ["NOTE", "note", "left"],
];

const SET_ASIDE_COLUMNS: Columns<SetAsideLine> = [
  ["SET ASIDE", "file", "left"],
  ["STATE", "state", "left"],
  ["FIRST", "first", "right"],
  ["LAST", "last", "right"],
  ["BYTES", "bytes", "right"],
  ["REASON", "reason", "left"],
];

function rows<Line>(shown: Columns<Line>, lines: readonly Line[]): string[] {
  const columns = shown.map(([title, key, side]) => {
    const absent = key === "note" ? "" : "-";
    const cells = [title, ...lines.map((line) => String(line[key] ?? absent))];
    const width = cells.reduce((widest, cell) => Math.max(widest, cell.length), 0);
    return cells.map((cell) => side === "left" ? cell.padEnd(width) : cell.padStart(width));
  });
  return [...lines.keys(), lines.length].map((row) =>
    columns.map((cells) => cells[row]).join("  ").trimEnd()
  );
}
