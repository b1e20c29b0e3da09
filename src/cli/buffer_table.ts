import { counted } from "./buffer_count.ts";
import type { BufferLine, SegmentLine } from "./buffer_ls.ts";

/** What `buffer ls` shows a person, line by line. */
export function bufferTable(buffer: BufferLine, segments: readonly SegmentLine[]): string[] {
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
    ...(note === null ? [] : [["Note", note] as const]),
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(12)}  ${value}`);
  if (segments.length > 0) lines.push("", ...rows(segments));
  return lines;
}

/** In this order; numbers stand to the right. */
const COLUMNS: readonly (readonly [string, keyof SegmentLine, "left" | "right"])[] = [
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

function rows(segments: readonly SegmentLine[]): string[] {
  const columns = COLUMNS.map(([title, key, side]) => {
    const absent = key === "note" ? "" : "-";
    const cells = [title, ...segments.map((segment) => String(segment[key] ?? absent))];
    const width = cells.reduce((widest, cell) => Math.max(widest, cell.length), 0);
    return cells.map((cell) => side === "left" ? cell.padEnd(width) : cell.padStart(width));
  });
  return [...segments.keys(), segments.length].map((row) =>
    columns.map((cells) => cells[row]).join("  ").trimEnd()
  );
}
