import assert from "node:assert/strict";
import type { BatchLimits } from "../../src/buffer/batch_scan.ts";
import type { Buffer } from "../../src/buffer/buffer.ts";
import type { AppendOutcome } from "../../src/buffer/group_commit.ts";
import { readRecords } from "../../src/buffer/reader.ts";
import type { SegmentSlice } from "../../src/buffer/segment_slice.ts";
import type { Disk } from "../../src/platform/disk.ts";
import type { MemoryDisk } from "./memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, textOf } from "./open_buffer.ts";

/* What tests of the buffer do again and again. Events are numbers, and equal their sequences. */

/** Of 50 bytes: 74 as a record. */
export const event = (id: number): string => `${id}:`.padEnd(50, "x");
/** Where the record with this place in a segment of such events starts. */
export const recordAt = (place: number): number => 44 + 74 * place;
/** With it every event has a segment of its own, of 118 bytes. */
export const SEGMENT_EACH = { segmentSize: 100 };

export const segmentPath = (first: number, extension: "seg" | "corrupt" = "seg"): string =>
  `${DIRECTORY}/${String(first).padStart(20, "0")}.${extension}`;

export const send = (buffer: Buffer, id: number): Promise<AppendOutcome> =>
  buffer.append([bytesOf(event(id))]);

/** Appends one after the other, each of which must be stored. */
export async function append(buffer: Buffer, ids: readonly number[]): Promise<void> {
  for (const id of ids) assert.deepEqual(await send(buffer, id), { kind: "stored" });
}

/** The events of a batch. */
export const idsOf = (disk: Disk, { slices }: { readonly slices: readonly SegmentSlice[] }) =>
  [...readRecords(disk, slices)].map(({ payload }) => parseInt(textOf(payload)));

/** Leases and acknowledges until nothing is left; the events in order. */
export async function drain(
  buffer: Buffer,
  disk: Disk,
  limits: BatchLimits = NO_LIMITS,
): Promise<number[]> {
  const ids: number[] = [];
  for (let batch = await buffer.lease(limits); batch; batch = await buffer.lease(limits)) {
    ids.push(...idsOf(disk, batch));
    await buffer.acknowledge(batch);
  }
  return ids;
}

/** The first sequences of the segments there are, as their names say. */
export const segmentsOf = (disk: MemoryDisk, extension: "seg" | "corrupt" = "seg"): number[] =>
  disk.names(DIRECTORY).filter((name) => name.endsWith(`.${extension}`)).map((name) =>
    parseInt(name)
  );

/** Everything that can go on without time going on has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export const errorsOf = ({ lines }: { readonly lines: readonly string[] }): string[] =>
  lines.filter((line) => line.startsWith("ERROR"));
