import assert from "node:assert/strict";
import { decodeCursor, encodeCursor } from "../../src/buffer/cursor.ts";
import type { ReadingDisk } from "../../src/buffer/inspect_folder.ts";
import { verifyFolder } from "../../src/buffer/inspect_verify.ts";
import { waitingItems } from "../../src/buffer/inspect_waiting.ts";
import { segmentName } from "../../src/buffer/segment.ts";
import { MemoryDisk } from "../support/memory_disk.ts";
import { bytesOf, DIRECTORY, NO_LIMITS, openBuffer, textOf } from "../support/open_buffer.ts";
import { seeded } from "../support/seeded.ts";

const CURSOR = `${DIRECTORY}/cursor-lake`;
const at = (first: number, quarantined = false) =>
  `${DIRECTORY}/${segmentName(first, quarantined)}`;
/** Two records of 32 bytes go into a segment of these tests. */
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

function verify(disk: ReadingDisk): { damage: string[]; notes: string[]; events: number } {
  const [damage, notes]: [string[], string[]] = [[], []];
  for (const item of verifyFolder(disk, DIRECTORY)) {
    if (item.kind === "summary") return { damage, notes, events: item.events };
    (item.kind === "damage" ? damage : notes).push(item.text);
  }
  throw new Error("no summary");
}

/** The sequences of what `buffer cat` prints. */
function waiting(disk: ReadingDisk): number[] {
  const sequences: number[] = [];
  for (const item of waitingItems(disk, DIRECTORY)) {
    assert.notEqual(item.kind, "damage");
    if (item.kind !== "record") continue;
    assert.equal(textOf(item.record.payload), `{"id":${item.record.sequence}}`);
    sequences.push(item.record.sequence);
  }
  return sequences;
}

/** A disk whose past can be read: each change leaves a copy of what was before it. */
class RememberingDisk extends MemoryDisk {
  readonly past: MemoryDisk[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    super();
    this.#random = random;
    this.wrote = (path, offset, bytes) => {
      const torn = this.clone();
      torn.cutOff(path, offset + Math.floor(this.#random() * bytes.length));
      this.past.push(torn, this.clone());
    };
  }

  override did(operation: Parameters<MemoryDisk["did"]>[0], path: string): void {
    const changes = ["create", "truncate", "rename", "remove"].includes(operation);
    if (changes && path !== `${DIRECTORY}/reserve`) this.past.push(this.clone());
    super.did(operation, path);
  }
}

/** Reads a past moment by moment: somebody slow, beside whom an agent works. */
function slowReader(
  past: readonly MemoryDisk[],
  random: () => number,
): ReadingDisk & { readonly moment: () => MemoryDisk } {
  let moment = Math.floor(random() * past.length);
  const now = (): MemoryDisk => {
    moment = Math.min(past.length - 1, moment + Math.floor(random() ** 3 * 40));
    return past[moment]!;
  };
  return {
    moment: () => past[moment]!,
    list: (directory) => now().list(directory),
    openForReading: (path) => {
      let opened = now().openForReading(path);
      /** The file goes on when its name is gone. */
      const file = () => {
        const disk = now();
        if (disk.names(DIRECTORY).includes(path.slice(DIRECTORY.length + 1))) {
          opened = disk.openForReading(path);
        }
        return opened;
      };
      return {
        ...opened,
        size: () => file().size(),
        readAt: (offset, into) => file().readAt(offset, into),
        close: () => {},
      };
    },
  };
}

Deno.test("However an agent works meanwhile, no damage is found where there is none", async () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = seeded(seed);
    const disk = new RememberingDisk(random);
    const options = { segmentSize: SEGMENT_SIZE, maxSize: random() < 0.3 ? 600 : 1 << 20 };
    let { buffer } = await openBuffer(disk, options);
    let id = 0;
    for (let step = 0; step < 60; step++) {
      const what = random();
      if (what < 0.7) {
        const fails = random();
        if (fails < 0.1) disk.failNext(fails < 0.05 ? "append" : "syncData", new Error("EIO"));
        const ids = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) => id + 1 + at);
        const { kind } = await buffer.append(ids.map(payload));
        if (kind === "stored") id += ids.length;
      } else if (what < 0.9) {
        const batch = await buffer.lease({ ...NO_LIMITS, events: 1 + Math.floor(random() * 5) });
        if (batch && random() < 0.8) await buffer.acknowledge(batch);
      } else {
        await buffer.close();
        ({ buffer } = await openBuffer(disk, options));
      }
    }
    await buffer.close();
    for (let look = 0; look < 30; look++) {
      assert.deepEqual(verify(slowReader(disk.past, random)).damage, [], `seed ${seed}`);
      const reader = slowReader(disk.past, random);
      const before = waiting(reader.moment());
      const sequences = waiting(reader);
      const after = new Set(waiting(reader.moment()));
      const missed = before.filter((id) => after.has(id) && !sequences.includes(id));
      assert.deepEqual(missed, [], `seed ${seed}`);
      assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b), `seed ${seed}`);
    }
  }
});

Deno.test("A segment that is quarantined or shipped while somebody looks is read, or passed over", async () => {
  const disk = await written();
  const renaming: ReadingDisk = {
    list: (directory) => {
      const listed = disk.list(directory);
      disk.rename(at(1), at(1, true));
      disk.takeAway(at(3));
      return listed;
    },
    openForReading: (path) => disk.openForReading(path),
  };
  const { damage, notes, events } = verify(renaming);
  assert.deepEqual([damage, notes, events], [[], [], 3]);
});

Deno.test("What was shipped between two looks at the cursor is not missed", async () => {
  const disk = await written();
  const decoded = decodeCursor(disk.read(CURSOR));
  assert.ok(decoded.kind === "cursor");
  const { cursor } = decoded;
  const shipping: ReadingDisk = {
    list: (directory) => {
      disk.write(CURSOR, encodeCursor({ ...cursor, acknowledged: 4 }));
      disk.takeAway(at(1));
      disk.takeAway(at(3));
      return disk.list(directory);
    },
    openForReading: (path) => disk.openForReading(path),
  };
  const { damage, notes, events } = verify(shipping);
  assert.deepEqual([damage, notes, events], [[], [], 1]);
});
