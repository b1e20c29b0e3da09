import assert from "node:assert/strict";
import { encodeRecord, RECORD_HEADER_BYTES } from "../../src/buffer/record.ts";
import {
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from "../../src/buffer/segment.ts";
import type { SegmentSlice } from "../../src/buffer/segment_slice.ts";
import type { EncodeSettings } from "../../src/parquet/encode_batch.ts";
import { startEncoder } from "../../src/parquet/encoder.ts";
import { readRows } from "../../src/parquet/read_parquet.ts";

const LOG_ID = "0123456789abcdef0123456789abcdef";

const settings = (first: number, last: number): EncodeSettings => ({
  region: "",
  accountId: "",
  schema: "ocsf",
  ocsfVersion: "1.1.0",
  compression: "zstd",
  version: "1.2.3",
  logId: LOG_ID,
  first,
  last,
});

const payloadOf = (sequence: number): string =>
  JSON.stringify({
    rule: `rule ${sequence}`,
    priority: "Warning",
    time: new Date(Date.parse("2026-05-01T23:59:00Z") + sequence * 1000).toISOString(),
    output: "x".repeat(200),
  });

/** A segment with records `first` to `last`. */
async function writeSegment(folder: string, first: number, last: number): Promise<SegmentSlice> {
  const bytes = new Uint8Array(1 << 20);
  bytes.set(encodeSegmentHeader({ logId: LOG_ID, first }));
  let end = SEGMENT_HEADER_BYTES;
  for (let sequence = first; sequence <= last; sequence++) {
    const payload = new TextEncoder().encode(payloadOf(sequence));
    end = encodeRecord(bytes, end, { sequence, receivedMicroseconds: 1.777e15, payload });
  }
  const path = `${folder}/${segmentName(first)}`;
  await Deno.writeFile(path, bytes.subarray(0, end));
  return { path, start: SEGMENT_HEADER_BYTES, end, first, last };
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "falco-lake-encoder-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const titleOf = (row: Record<string, unknown>) => (row.finding_info as { title: string }).title;

Deno.test("the encoder's thread turns segments into files, batch after batch", () =>
  withFolder(async (folder) => {
    const slices = [await writeSegment(folder, 1, 100), await writeSegment(folder, 101, 150)];
    const encoder = startEncoder();
    try {
      const files = await encoder.encode(slices, settings(1, 150));
      assert.deepEqual(files.map(({ eventDay, rows }) => [eventDay, rows]), [
        ["20260501", 59],
        ["20260502", 91],
      ]);
      const rows = (await Promise.all(files.map(({ bytes }) => readRows(bytes)))).flat();
      assert.deepEqual(rows.map(titleOf), Array.from({ length: 150 }, (_, at) => `rule ${at + 1}`));

      const next = await encoder.encode(
        [await writeSegment(folder, 151, 160)],
        settings(151, 160),
      );
      assert.deepEqual(next.map(({ rows }) => rows), [10]);
      assert.deepEqual(await encoder.encode([], settings(1, 1)), []);
    } finally {
      encoder.close();
    }
  }));

Deno.test("a record that was damaged since the lease ends the batch: it must not be smaller", () =>
  withFolder(async (folder) => {
    const slice = await writeSegment(folder, 1, 10);
    const bytes = await Deno.readFile(slice.path);
    const length = RECORD_HEADER_BYTES + payloadOf(1).length;
    bytes[slice.start + 4 * length + 100]! ^= 1; // in the fifth record
    await Deno.writeFile(slice.path, bytes);
    const encoder = startEncoder();
    try {
      await assert.rejects(
        encoder.encode([slice], settings(1, 10)),
        /0001\.seg: bytes \d+ to \d+ have been damaged since the batch was leased/,
      );
    } finally {
      encoder.close();
    }
  }));

Deno.test("a batch that cannot be read is rejected with the reason, and the next one works", () =>
  withFolder(async (folder) => {
    const slice = await writeSegment(folder, 1, 10);
    const encoder = startEncoder();
    try {
      await assert.rejects(
        encoder.encode([{ ...slice, path: `${folder}/missing.seg` }], settings(1, 10)),
        /cannot encode the batch: .*missing\.seg/,
      );
      assert.deepEqual((await encoder.encode([slice], settings(1, 10))).map(({ rows }) => rows), [
        10,
      ]);
    } finally {
      encoder.close();
    }
  }));

Deno.test("only one batch at a time is accepted, and closing rejects it", async () => {
  const encoder = startEncoder();
  const first = encoder.encode([], settings(1, 1));
  await assert.rejects(encoder.encode([], settings(1, 1)), /busy/);
  encoder.close();
  await assert.rejects(first, /the encoder is closed/);
  await assert.rejects(encoder.encode([], settings(1, 1)), /the encoder is closed/);
  encoder.close(); // again, without complaint
});
