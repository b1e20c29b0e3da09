import { readRecords } from "../../src/buffer/reader.ts";
import { Shipper, type ShipperSettings } from "../../src/lake/shipper.ts";
import type { Store } from "../../src/lake/store.ts";
import { untilAborted } from "../../src/lake/until_aborted.ts";
import type { Encoder } from "../../src/parquet/encoder.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { append } from "./buffer_steps.ts";
import { ManualClock } from "./manual_clock.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { fixedRandom, openBuffer, textOf } from "./open_buffer.ts";

export const SETTINGS: ShipperSettings = {
  interval: 300_000,
  limits: { events: 2, bytes: Infinity },
  objects: {
    prefix: "p",
    region: "r",
    accountId: "a",
    schema: "ocsf",
    ocsfVersion: "1.1.0",
    compression: "none",
    version: "1",
  },
};

/** What a store throws that refuses an object for what it is. */
export class Refusal extends Error {}

/** Lets everything that can go on go on. */
export const settle = async () => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
};

/** A shipper over a real buffer of events 1 to 6, in batches of two, each one object of its texts. */
export async function shipFromBuffer(faults: {
  put?: (range: string) => Error | undefined | Promise<void>;
  encode?: (range: string) => Error | undefined;
}) {
  const disk = new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  await append(buffer, [1, 2, 3, 4, 5, 6]);
  const clock = new ManualClock(0);
  const objects = new Map<string, string>();
  const attempts: string[] = [];
  const encoded: string[] = [];
  const store: Store = {
    location: "s3://bucket",
    probe: () => Promise.resolve(),
    put: async (key, bytes, signal) => {
      const [prefix, range] = /^(.*?)\/.*-(\d+-\d+)\.parquet$/.exec(key)!.slice(1) as [
        string,
        string,
      ];
      attempts.push(range);
      const fault = faults.put?.(range);
      if (fault instanceof Error) throw fault;
      if (fault) await untilAborted(fault, signal);
      objects.set(prefix === "p" ? range : `${prefix} ${range}`, textOf(bytes));
    },
    explain: (error) => ({
      class: "other",
      text: (error as Error).message,
      hint: "",
      mayBeStored: false,
      refusesObject: error instanceof Refusal,
    }),
  };
  const startEncoder = (): Encoder => ({
    encode: (slices, { first, last }) => {
      encoded.push(`${first}-${last}`);
      const fault = faults.encode?.(`${first}-${last}`);
      if (fault) return Promise.reject(fault);
      const ids = [...readRecords(disk, slices)].map(({ payload }) => parseInt(textOf(payload)));
      const bytes = new TextEncoder().encode(ids.join());
      const counts = { rows: ids.length, incomplete: 0, unlikelyTimes: 0 };
      return Promise.resolve([{ eventDay: "20261121", ...counts, bytes }]);
    },
    close: () => {},
  });
  const metrics = new Metrics(() => undefined);
  const dependencies = { buffer, startEncoder, clock, random: fixedRandom, log, metrics };
  const shipper = new Shipper(SETTINGS, store, dependencies);
  const pass = async (milliseconds: number) => {
    await clock.advance(milliseconds, settle);
    await settle();
  };
  return { shipper, store, clock, buffer, disk, log: log.lines, objects, attempts, encoded, pass };
}
