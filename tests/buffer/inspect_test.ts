import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { type Cursor, encodeCursor } from "../../src/buffer/cursor.ts";
import type { ReadingDisk } from "../../src/buffer/inspect_folder.ts";
import { type Summary, verifyFiles, verifyFolder } from "../../src/buffer/inspect_verify.ts";
import { waitingItems } from "../../src/buffer/inspect_waiting.ts";
import { encodeSegmentHeader, segmentName } from "../../src/buffer/segment.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, openBuffer, textOf } from "../support/open_buffer.ts";

const CURSOR = `${DIRECTORY}/cursor-lake`;
const at = (first: number, quarantined = false) =>
  `${DIRECTORY}/${segmentName(first, quarantined)}`;
/** Two records of 32 bytes go into a segment of these tests: the header ends at 44, they at 108. */
const SEGMENT_SIZE = 120;
const payload = (id: number) => bytesOf(`{"id":${id}}`);

/** A buffer with the segments 1-2, 3-4 and 5, of which nothing was shipped, cleanly closed. */
async function written(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk, { segmentSize: SEGMENT_SIZE });
  for (let id = 1; id <= 5; id++) await buffer.append([payload(id)]);
  await buffer.close();
  return disk;
}

interface Verified {
  readonly damage: readonly string[];
  readonly notes: readonly string[];
  readonly summary: Summary;
}

/** Without the folder's name, which is the same everywhere. */
function verify(disk: ReadingDisk, files?: readonly string[]): Verified {
  const items = [...(files ? verifyFiles(disk, files) : verifyFolder(disk, DIRECTORY))];
  const summary = items.pop();
  assert.ok(summary?.kind === "summary");
  const texts = (kind: "damage" | "note") =>
    items.flatMap((item) =>
      item.kind === kind ? [`${item.path.replace(`${DIRECTORY}/`, "")}: ${item.text}`] : []
    );
  assert.equal(texts("damage").length, summary.damaged);
  return { damage: texts("damage"), notes: texts("note"), summary };
}

function waiting(disk: ReadingDisk): { sequences: number[]; damage: string[] } {
  const [sequences, damage]: [number[], string[]] = [[], []];
  for (const item of waitingItems(disk, DIRECTORY)) {
    if (item.kind === "damage") damage.push(item.text);
    if (item.kind !== "record") continue;
    assert.equal(textOf(item.record.payload), `{"id":${item.record.sequence}}`);
    sequences.push(item.record.sequence);
  }
  return { sequences, damage };
}

function setCursor(disk: MemoryDisk, change: Partial<Cursor>): void {
  const logId = disk.read(at(5)).slice(16, 32).toHex();
  disk.write(CURSOR, encodeCursor({ logId, acknowledged: 0, intent: undefined, ...change }));
}

Deno.test("Verifying a sound buffer finds nothing, and looking into one changes nothing", async () => {
  const disk = await written();
  const before = disk.names(DIRECTORY).map((name) => [name, disk.read(`${DIRECTORY}/${name}`)]);
  disk.isReadOnly = true;
  disk.trace.length = 0;
  assert.deepEqual(verify(disk), {
    damage: [],
    notes: [],
    summary: {
      kind: "summary",
      segments: 3,
      events: 5,
      bytes: 108 + 108 + 76,
      damaged: 0,
      lost: 0,
    },
  });
  assert.deepEqual(waiting(disk), { sequences: [1, 2, 3, 4, 5], damage: [] });
  assert.deepEqual([...new Set(disk.trace.map(({ operation }) => operation))], ["openForReading"]);
  const after = disk.names(DIRECTORY).map((name) => [name, disk.read(`${DIRECTORY}/${name}`)]);
  assert.deepEqual(after, before);
});

Deno.test("Any flipped bit in a sealed segment is found, with its bytes and the event it cost", async () => {
  const disk = await written();
  for (let bit = 0; bit < 108 * 8; bit++) {
    const flipped = disk.clone();
    flipped.decay(at(3), (bytes) => bytes[bit >> 3]! ^= 1 << (bit & 7));
    const { damage, notes, summary } = verify(flipped);
    const hit = bit >> 3 < 44 ? undefined : bit >> 3 < 76 ? 3 : 4;
    assert.deepEqual(
      damage,
      hit === undefined
        ? [`${segmentName(3)}: its header is damaged, bytes 0 to 43: no event stood there`]
        : [
          `${segmentName(3)}: damaged at bytes ${hit === 3 ? "44 to 75" : "76 to 107"}: event ` +
          `${hit} is lost`,
        ],
      `bit ${bit}`,
    );
    assert.deepEqual(notes, []);
    assert.deepEqual([summary.events, summary.lost], hit ? [4, 1] : [5, 0]);
    assert.deepEqual(waiting(flipped).sequences, [1, 2, 3, 4, 5].filter((id) => id !== hit));
  }
});

Deno.test("The newest segment may end anywhere: an unfinished write is a note, no damage", async () => {
  const disk = await written();
  for (let length = 0; length < 76; length++) {
    const torn = disk.clone();
    torn.cutOff(at(5), length);
    const { damage, notes, summary } = verify(torn);
    assert.deepEqual(damage, [], `${length}`);
    assert.match(
      notes.join("\n"),
      length < 44
        ? /^0+5\.seg: nothing but an unfinished header/
        : length === 44
        ? /^$/
        : new RegExp(`^0+5\\.seg: an unfinished write of ${length - 44} bytes at its end`),
    );
    assert.equal(summary.events, 4);
    assert.deepEqual(waiting(torn), { sequences: [1, 2, 3, 4], damage: [] });
  }
  // A header is synced before a record follows it.
  disk.decay(at(5), (bytes) => bytes[20]! ^= 1);
  assert.match(verify(disk).damage.join("\n"), /^0+5\.seg: its header is damaged, bytes 0 to 43/);
});

Deno.test("A sealed segment that was cut off is damaged, or lacks events, wherever it ends", async () => {
  const disk = await written();
  for (let length = 0; length < 108; length++) {
    const cut = disk.clone();
    cut.cutOff(at(1), length);
    const { damage, notes } = verify(cut);
    if (length === 44 || length === 76) {
      assert.deepEqual(damage, []);
      assert.match(notes.join("\n"), length === 44 ? /events 1 to 2 are/ : /event 2 is/);
    } else {
      assert.equal(damage.length, 1, `${length}`);
      assert.match(damage[0]!, length < 44 ? /its header is damaged/ : /damaged at bytes (44|76)/);
    }
  }
});

Deno.test("A segment of an unknown version is named and not read, the others are", async () => {
  const disk = await written();
  for (const first of [3, 5]) {
    const newer = disk.clone();
    newer.decay(at(first), (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      view.setUint32(8, 2, true);
      view.setUint32(40, crc32(bytes.subarray(0, 40)), true);
    });
    const { damage, notes, summary } = verify(newer);
    assert.deepEqual([damage.length, notes.length], [1, 0]);
    assert.match(damage[0]!, new RegExp(`^0+${first}\\.seg: format version 2 is not known .*run`));
    assert.equal(summary.segments, 3);
    assert.deepEqual(waiting(newer).sequences, first === 3 ? [1, 2, 5] : [1, 2, 3, 4]);
    assert.match(waiting(newer).damage[0]!, /format version 2/);
  }
});

Deno.test("A segment of another log, or under another's name, is named", async () => {
  const disk = await written();
  const foreign = disk.clone();
  foreign.decay(at(3), (bytes) => {
    bytes.set(encodeSegmentHeader({ logId: "f".repeat(32), first: 3 }));
  });
  const { damage, notes } = verify(foreign);
  assert.match(damage.join("\n"), /^0+3\.seg: belongs to log f{32}, .*falco-lake import/);
  assert.match(notes.join("\n"), /^\/buffer: events 3 to 4 are in no segment/);
  assert.deepEqual(waiting(foreign).sequences, [1, 2, 5]);

  const renamed = disk.clone();
  renamed.rename(at(3), at(4));
  assert.match(
    verify(renamed).damage.join("\n"),
    /^0+4\.seg: its name says that it begins with event 4, its header with 3: somebody/,
  );
  assert.deepEqual(waiting(renamed).sequences, [1, 2, 3, 4, 5]);
});

Deno.test("A cursor that is missing, damaged, unreadable or of an unknown version is named", async () => {
  const disk = await written();
  const cases: [(disk: MemoryDisk) => void, RegExp][] = [
    [(disk) => disk.takeAway(CURSOR), /^cursor-lake: is missing: .* ships again/],
    [(disk) => disk.cutOff(CURSOR, 59), /^cursor-lake: is damaged: .* ships again/],
    [
      (disk) => disk.write(CURSOR, new Uint8Array([...disk.read(CURSOR), 0])),
      /^cursor-lake: is damaged/,
    ],
    [
      (disk) => disk.makeUnreadable(CURSOR, 0),
      /^cursor-lake: is unreadable, .* delete it: .* ships again/,
    ],
    [
      (disk) => disk.decay(CURSOR, (bytes) => bytes.fill(9, 8, 56)),
      /^cursor-lake: has format version 151587081, .*run the version/,
    ],
  ];
  for (let bit = 0; bit < 60 * 8; bit++) {
    cases.push([
      (disk) => disk.decay(CURSOR, (bytes) => bytes[bit >> 3]! ^= 1 << (bit & 7)),
      /^cursor-lake: is damaged/,
    ]);
  }
  for (const [spoil, expected] of cases) {
    const spoilt = disk.clone();
    spoil(spoilt);
    const { damage, notes, summary } = verify(spoilt);
    assert.match(damage.join("\n"), expected);
    assert.deepEqual([damage.length, notes, summary.events], [1, [], 5]);
    const found = waiting(spoilt);
    assert.deepEqual([found.sequences, found.damage.length], [[1, 2, 3, 4, 5], 1]);
  }
  const empty = new MemoryDisk();
  await empty.makeDirectory(DIRECTORY);
  assert.deepEqual(verify(empty).notes, ["/buffer: holds no buffer yet"]);
  assert.deepEqual(verify(empty).damage, []);
});

Deno.test("A cursor that says what cannot be is named", async () => {
  const disk = await written();
  setCursor(disk, { acknowledged: 2, intent: { first: 3, last: 5 } });
  assert.deepEqual(verify(disk).damage, []);
  assert.deepEqual(waiting(disk).sequences, [3, 4, 5]);
  const destination = `s3://bucket/${"prefix/".repeat(200)}`;
  setCursor(disk, { acknowledged: 1, intent: { first: 2, last: 5, destination } });
  assert.deepEqual(verify(disk).damage, []);
  assert.deepEqual(waiting(disk).sequences, [2, 3, 4, 5]);
  setCursor(disk, { acknowledged: 1, intent: { first: 3, last: 5 } });
  assert.deepEqual(verify(disk).damage, [
    "cursor-lake: says that events 3 to 5 are being shipped, and that all up to 1 have been",
  ]);
  setCursor(disk, { acknowledged: 1, intent: { first: 2, last: 1 } });
  assert.match(verify(disk).damage.join("\n"), /^cursor-lake: says that events 2 to 1 are being/);
  for (const cursor of [{ intent: { first: 1, last: 7 } }, { acknowledged: 7 }]) {
    setCursor(disk, cursor);
    assert.match(
      verify(disk).damage.join("\n"),
      /^cursor-lake: says that events up to 7 were stored, but the newest segment ends with 5:/,
    );
  }
  // What looks like an unfinished write was a whole one, since it was being shipped.
  setCursor(disk, { intent: { first: 1, last: 5 } });
  disk.decay(at(5), (bytes) => bytes[70]! ^= 1);
  const { damage, notes } = verify(disk);
  assert.match(damage.join("\n"), /^cursor-lake: says that events up to 5 .* ends with 4: its end/);
  assert.match(notes.join("\n"), /unfinished write/);
  // A buffer that was emptied has nothing to compare with.
  for (const first of [1, 3, 5]) disk.takeAway(at(first));
  assert.deepEqual(verify(disk).damage, []);
});

Deno.test("Events that stand nowhere are a note, unless they are in the lake", async () => {
  const disk = await written();
  disk.takeAway(at(1));
  assert.deepEqual(verify(disk), {
    damage: [],
    notes: [
      "/buffer: events 1 to 2 are in no segment: dropped by a full buffer, or lost; the agent's " +
      "log tells which",
    ],
    summary: { kind: "summary", segments: 2, events: 3, bytes: 184, damaged: 0, lost: 0 },
  });
  setCursor(disk, { acknowledged: 1 });
  assert.match(verify(disk).notes.join("\n"), /^\/buffer: event 2 is in no segment/);
  setCursor(disk, { acknowledged: 2 });
  assert.deepEqual(verify(disk).notes, []);
  disk.takeAway(at(3));
  assert.match(verify(disk).notes.join("\n"), /^\/buffer: events 3 to 4 are in no segment/);
});

Deno.test("Events that are missing inside a segment are told of", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  for (let id = 1; id <= 5; id++) await buffer.append([payload(id)]);
  await buffer.close();
  const whole = disk.read(at(1));
  disk.write(at(1), new Uint8Array([...whole.slice(0, 76), ...whole.slice(108)]));
  const { damage, notes } = verify(disk);
  // The third is not believed to stand where the second should.
  assert.deepEqual(damage, [`${segmentName(1)}: damaged at bytes 76 to 107: event 2 is lost`]);
  assert.match(notes.join("\n"), /^\/buffer: event 3 is in no segment/);
});

Deno.test("A quarantined segment is read like any other, and its torn end is damage", async () => {
  const disk = await written();
  disk.rename(at(1), at(1, true));
  assert.deepEqual(verify(disk).damage, []);
  disk.rename(at(5), at(5, true));
  disk.cutOff(at(5, true), 70);
  assert.deepEqual(verify(disk).damage, [
    `${segmentName(5, true)}: damaged at bytes 44 to 69: events from 5 on are lost, 1 at most`,
  ]);
  assert.deepEqual(waiting(disk).sequences, [1, 2, 3, 4]);
  // Somebody has put a copy back.
  disk.write(at(1), disk.read(at(1, true)));
  disk.decay(at(1), (bytes) => bytes[100]! ^= 1);
  const { damage, summary } = verify(disk);
  assert.match(damage[0]!, /^0+1\.seg: damaged at bytes 76 to 107: event 2 is lost/);
  assert.deepEqual([summary.segments, summary.events], [4, 5]);
});

Deno.test("What a failed write left behind a sealed segment's last event is a note", async () => {
  const disk = await written();
  const whole = disk.read(at(1));
  disk.write(at(1), new Uint8Array([...whole, 1, 2, 3]));
  const { damage, notes } = verify(disk);
  assert.deepEqual(damage, []);
  assert.deepEqual(notes, [
    `${segmentName(1)}: 3 bytes behind its last event, left by a write that failed`,
  ]);
});

Deno.test("A block that cannot be read is damage of its own kind, and the rest is read", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  // A record is three blocks long: they begin at 44, 12332, 24620 and 36908.
  for (let id = 1; id <= 4; id++) await buffer.append([new Uint8Array(3 * 4096 - 24).fill(0x20)]);
  await buffer.close();
  disk.makeUnreadable(at(1), 18_000);
  const { damage, notes, summary } = verify(disk);
  assert.deepEqual(damage, [
    `${segmentName(1)}: unreadable at bytes 12332 to 24619: event 2 is lost`,
  ]);
  assert.deepEqual([notes, summary.events], [[], 3]);
  const sound = disk.read(at(1));
  disk.cutOff(at(1), 40_000);
  assert.deepEqual(verify(disk).damage, damage);
  assert.match(verify(disk).notes.join("\n"), /an unfinished write of 3092 bytes/);
  disk.write(at(1), sound);
  // Also at the end of the newest: this is no unfinished write.
  disk.heal();
  disk.makeUnreadable(at(1), 44 + 4 * 12_288 - 1);
  assert.deepEqual(verify(disk).damage, [
    `${segmentName(1)}: unreadable at bytes 36908 to 49195: events from 4 on are lost, 512 at most`,
  ]);
  disk.heal();
  disk.makeUnreadable(at(1), 0);
  assert.deepEqual(verify(disk).damage, [
    `${segmentName(1)}: its header is unreadable, bytes 0 to 43: no event stood there`,
    `${segmentName(1)}: unreadable at bytes 44 to 12331: event 1 is lost`,
  ]);
  disk.heal();
  disk.failNext("openForReading", new Error("Permission denied (os error 13)"), ".seg");
  assert.match(verify(disk).damage.join("\n"), /^0+1\.seg: cannot be read: Permission denied/);
});

Deno.test("Segments can be verified by themselves, wherever they lie", async () => {
  const disk = await written();
  disk.write("/elsewhere/copy", disk.read(at(3)));
  assert.deepEqual(verify(disk, [at(3), "/elsewhere/copy"]).summary.events, 4);
  // By its neighbours a file is known to be the newest, or not to be.
  for (const path of [at(3), at(5), "/elsewhere/copy"]) {
    disk.decay(path, (bytes) => bytes[bytes.length - 1]! ^= 1);
    const { damage, notes } = verify(disk, [path]);
    assert.deepEqual([damage.length, notes.length], path === at(5) ? [0, 1] : [1, 0], path);
  }
  disk.write("/elsewhere/text", bytesOf("no segment"));
  const { damage, summary } = verify(disk, ["/elsewhere/text", "/elsewhere/none", at(1)]);
  assert.match(damage[0]!, /^\/elsewhere\/text: no segment/);
  assert.match(damage[1]!, /^\/elsewhere\/none: cannot be read: .*No such file/);
  assert.deepEqual([damage.length, summary.events], [2, 2]);
});

Deno.test("No read takes more than a mebibyte, however large the segment", async () => {
  const disk = new MemoryDisk();
  const { buffer } = await openBuffer(disk);
  for (let id = 1; id <= 50; id++) await buffer.append([new Uint8Array(100_000).fill(0x20)]);
  await buffer.close();
  let largest = 0;
  const { summary } = verify({
    list: (directory) => disk.list(directory),
    openForReading: (path) => {
      const file = disk.openForReading(path);
      return {
        ...file,
        readAt: (offset, into) => {
          largest = Math.max(largest, into.length);
          return file.readAt(offset, into);
        },
      };
    },
  });
  assert.equal(summary.events, 50);
  assert.ok(largest <= 1 << 20, `${largest}`);
});
