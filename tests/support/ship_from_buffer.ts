import { readRecords } from "../../src/buffer/reader.ts";
import { EncodingAttempts } from "../../src/lake/encoding_attempts.ts";
import { Shipper, type ShipperSettings } from "../../src/lake/shipper.ts";
import type { Store, StoreFailure } from "../../src/lake/store.ts";
import { untilAborted } from "../../src/lake/until_aborted.ts";
import type { Encoder } from "../../src/parquet/encoder.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { append } from "./buffer_steps.ts";
import { ManualClock } from "./manual_clock.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { DIRECTORY, fixedRandom, openBuffer, textOf } from "./open_buffer.ts";

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

/** What a store throws, with what it makes of it. */
export class StoreError extends Error {
  constructor(message: string, readonly failure: Partial<StoreFailure>) {
    super(message);
  }
}

export const refusal = (): StoreError =>
  new StoreError("413: too large", { refusesObject: "sure" });

/** Lets everything that can go on go on. */
export const settle = async () => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
};

export interface ShipFaults {
  readonly put?: (range: string, prefix: string) => Error | undefined | Promise<void>;
  readonly encode?: (range: string) => Error | undefined;
}

/** What another run finds. */
export interface ShipBefore {
  readonly disk: MemoryDisk;
  readonly objects: Map<string, string>;
}

/**
 * A shipper over a real buffer, in batches of two, each one object of its texts.
 *
 * @param before without it the buffer has events 1 to 6, and the lake nothing
 */
export async function shipFromBuffer(
  faults: ShipFaults,
  settings: ShipperSettings = SETTINGS,
  before?: ShipBefore,
  location = "s3://bucket",
) {
  const disk = before?.disk ?? new MemoryDisk();
  const { buffer, log } = await openBuffer(disk);
  if (!before) await append(buffer, [1, 2, 3, 4, 5, 6]);
  const clock = new ManualClock(0);
  const objects = before?.objects ?? new Map<string, string>();
  const attempts: string[] = [];
  const encoded: string[] = [];
  /** That each batch was encoded with. */
  const readBytes: (number | undefined)[] = [];
  const store: Store = {
    location,
    probe: () => Promise.resolve(),
    put: async (key, bytes, signal) => {
      const [prefix, range] = /^(.*?)\/.*-(\d+-\d+)\.parquet$/.exec(key)!.slice(1) as [
        string,
        string,
      ];
      const name = prefix === "p" ? range : `${prefix} ${range}`;
      attempts.push(name);
      const store = () => void objects.set(name, textOf(bytes));
      const fault = faults.put?.(range, prefix);
      if (fault instanceof StoreError && fault.failure.mayBeStored) store();
      if (fault instanceof Error) throw fault;
      if (fault) await untilAborted(fault, signal);
      store();
    },
    explain: (error) => ({
      class: "other",
      text: (error as Error).message,
      hint: "",
      mayBeStored: false,
      refusesKey: false,
      refusesObject: "none",
      ...(error instanceof StoreError && error.failure),
    }),
  };
  const startEncoder = (): Encoder => {
    let isDead = false; // as a thread that ran out of memory
    return {
      encode: (slices, { first, last, readBytes: most }) => {
        readBytes.push(most);
        if (isDead) return Promise.reject(new Error("the encoder is dead"));
        encoded.push(`${first}-${last}`);
        const fault = faults.encode?.(`${first}-${last}`);
        isDead = fault !== undefined;
        if (fault) return Promise.reject(fault);
        const ids = [...readRecords(disk, slices)].map(({ payload }) => parseInt(textOf(payload)));
        const bytes = new TextEncoder().encode(ids.join());
        const counts = { rows: ids.length, incomplete: 0, unlikelyTimes: 0 };
        return Promise.resolve([{ eventDay: "20261121", ...counts, bytes }]);
      },
      close: () => isDead = true,
    };
  };
  const metrics = new Metrics(() => undefined);
  const encodings = new EncodingAttempts(disk, `${DIRECTORY}/encoding`, log);
  const random = fixedRandom;
  const dependencies = { buffer, startEncoder, encodings, clock, random, log, metrics };
  const shipper = new Shipper(settings, store, dependencies);
  const pass = async (milliseconds: number) => {
    await clock.advance(milliseconds, settle);
    await settle();
  };
  return {
    ...{ shipper, store, clock, buffer, disk, log: log.lines, metrics },
    ...{ objects, attempts, encoded, readBytes, pass },
  };
}
