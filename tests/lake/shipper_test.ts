import assert from "node:assert/strict";
import type { Batch } from "../../src/buffer/buffer.ts";
import { Shipper } from "../../src/lake/shipper.ts";
import type { Store } from "../../src/lake/store.ts";
import type { Encoder } from "../../src/parquet/encoder.ts";
import type { Clock } from "../../src/platform/clock.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { captureLog } from "../support/capture_log.ts";
import { NOTHING_SET_ASIDE } from "../support/nothing_set_aside.ts";
import { fixedRandom } from "../support/open_buffer.ts";

/** A clock whose sleeps end only when they are told to, or aborted. */
class ManualClock implements Clock {
  readonly asleep: { readonly milliseconds: number; wake(): void }[] = [];
  now = () => 0;
  monotonic = () => 0;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = {
        milliseconds,
        wake: () => {
          const at = this.asleep.indexOf(sleeper);
          if (at >= 0) this.asleep.splice(at, 1);
          resolve();
        },
      };
      this.asleep.push(sleeper);
      signal?.addEventListener("abort", sleeper.wake, { once: true });
    });
  }
}

interface Setup {
  readonly shipper: Shipper;
  readonly clock: ManualClock;
  /** What happened, in order. */
  readonly steps: string[];
  readonly log: string[];
  readonly metrics: Metrics;
}

/**
 * A shipper over a buffer of `batches` and a lake whose puts go through `put`. Every batch becomes
 * two files, of two days.
 */
function setup(
  batches: readonly (readonly [number, number])[],
  put: (key: string, attempt: number, signal: AbortSignal) => Promise<void> = () =>
    Promise.resolve(),
  encode: (attempt: number) => Promise<void> = () => Promise.resolve(),
  counts = { incomplete: 0, unlikelyTimes: 0 },
): Setup {
  const steps: string[] = [];
  const waiting = [...batches];
  let [puts, encodes] = [0, 0];
  const log = captureLog();
  const metrics = new Metrics(() => undefined);
  const clock = new ManualClock();
  const buffer = {
    ...NOTHING_SET_ASIDE,
    redirect: (batch: Batch) => Promise.resolve(batch),
    lookAhead: () => Promise.resolve(undefined),
    forgetAhead: () => {},
    get status() {
      return {
        logId: "log",
        events: waiting.length,
        bytes: 0,
        last: batches.at(-1)?.[1] ?? 0,
        acknowledged: 0,
        begun: false,
        droppedEvents: 0,
        droppedBytes: 0,
        failure: undefined,
      };
    },
    lease: (): Promise<Batch | undefined> => {
      const next = waiting[0];
      if (!next) return Promise.resolve(undefined);
      const [first, last] = next;
      steps.push(`lease ${first}-${last}`);
      const slices = [{ path: "", start: 0, end: 1, first, last }];
      return Promise.resolve({ first, last, events: last - first + 1, slices });
    },
    acknowledge: (batch: Batch) => {
      steps.push(`acknowledge ${batch.first}-${batch.last}`);
      waiting.shift();
      return Promise.resolve(false);
    },
  };
  const store: Store = {
    explain: (error) => ({
      class: "other",
      text: String(error),
      hint: "",
      mayBeStored: true,
      refusesKey: false,
      refusesObject: "none",
    }),
    location: "s3://bucket",
    probe: () => Promise.resolve(),
    put: async (key, _bytes, signal) => {
      await put(key, ++puts, signal);
      steps.push(`put ${key}`);
    },
  };
  const startEncoder = (): Encoder => {
    steps.push("start encoder");
    return {
      encode: async () => {
        await encode(++encodes);
        steps.push("encode");
        const file = (eventDay: string) => ({
          eventDay,
          rows: 1,
          ...counts,
          bytes: new Uint8Array(1),
        });
        return [file("20261120"), file("20261121")];
      },
      close: () => steps.push("close encoder"),
    };
  };
  const shipper = new Shipper(
    {
      interval: 300_000,
      limits: { events: 10, bytes: 1000 },
      objects: {
        prefix: "p",
        region: "r",
        accountId: "a",
        schema: "ocsf",
        ocsfVersion: "1.1.0",
        compression: "zstd",
        version: "1",
      },
    },
    store,
    {
      buffer,
      startEncoder,
      encodings: { begin: () => 0, end: () => {} },
      clock,
      random: fixedRandom,
      log,
      metrics,
    },
  );
  return { shipper, clock, steps, log: log.lines, metrics };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

const key = (day: string, range: string) =>
  `p/region=r/accountId=a/eventDay=${day}/log-${range}.parquet`;

Deno.test("Shipper waits for its interval, then ships batch after batch, acknowledging each after its last object", async () => {
  const { shipper, clock, steps } = setup([[1, 2], [3, 4]]);
  await settle();
  assert.deepEqual(steps, []);
  assert.deepEqual(clock.asleep.map(({ milliseconds }) => milliseconds), [300_000]);
  clock.asleep[0]!.wake();
  await settle();
  assert.deepEqual(steps, [
    "lease 1-2",
    "start encoder",
    "encode",
    `put ${key("20261120", "1-2")}`,
    `put ${key("20261121", "1-2")}`,
    "acknowledge 1-2",
    "lease 3-4",
    "encode",
    `put ${key("20261120", "3-4")}`,
    `put ${key("20261121", "3-4")}`,
    "acknowledge 3-4",
    "close encoder",
  ]);
  await shipper.stop(1000);
});

Deno.test("Shipper repeats only what did not arrive, without encoding again, after a growing pause", async () => {
  const fail = (_key: string, attempt: number) =>
    attempt === 2 || attempt === 3
      ? Promise.reject(new Error(`refused ${attempt}`))
      : Promise.resolve();
  const { shipper, clock, steps, log } = setup([[1, 2]], fail);
  shipper.flush();
  await settle();
  assert.deepEqual(clock.asleep.map(({ milliseconds }) => milliseconds), [750]);
  clock.asleep[0]!.wake();
  await settle();
  assert.deepEqual(clock.asleep.map(({ milliseconds }) => milliseconds), [1500]);
  clock.asleep[0]!.wake();
  await settle();
  assert.deepEqual(steps.filter((step) => !step.includes("encoder")), [
    "lease 1-2",
    "encode",
    `put ${key("20261120", "1-2")}`,
    `put ${key("20261121", "1-2")}`,
    "acknowledge 1-2",
  ]);
  assert.match(
    log.find((line) => line.startsWith("ERROR")) ?? "",
    /^ERROR AWS SecurityLake - Error: refused 2 \(s3:\/\/bucket, attempt 1\); 1 events wait on disk, next attempt in 1 s$/,
  );
  await shipper.stop(1000);
});

Deno.test("Shipper starts a new encoder when one dies, and loses nothing by it", async () => {
  const die = (attempt: number) =>
    attempt === 1 ? Promise.reject(new Error("out of memory")) : Promise.resolve();
  const { shipper, clock, steps } = setup([[1, 2]], undefined, die);
  shipper.flush();
  await settle();
  clock.asleep[0]!.wake();
  await settle();
  assert.deepEqual(steps.filter((step) => step.includes("encode")), [
    "start encoder",
    "close encoder",
    "start encoder",
    "encode",
    "close encoder",
  ]);
  assert.equal(steps.at(-2), "acknowledge 1-2");
  await shipper.stop(1000);
});

Deno.test("Shipper gives up an encoder that never answers, says so, and encodes the batch again in a new one", async () => {
  const hang = (attempt: number) => attempt === 1 ? new Promise<void>(() => {}) : Promise.resolve();
  const { shipper, clock, steps, log } = setup([[1, 2]], undefined, hang);
  shipper.flush();
  await settle();
  const tenMinutes = ({ milliseconds }: { milliseconds: number }) => milliseconds === 600_000;
  assert.equal(clock.asleep.length, 1);
  clock.asleep.find(tenMinutes)!.wake();
  await settle();
  assert.match(
    log.at(-1) ?? "",
    /^ERROR .*encoding took over 600 s .*attempt 1\); 1 events wait on disk, next attempt in 1 s$/,
  );
  assert.deepEqual(steps, ["lease 1-2", "start encoder", "close encoder"]);
  clock.asleep[0]!.wake();
  await settle();
  assert.deepEqual(steps.slice(3).filter((step) => !step.startsWith("put")), [
    "lease 1-2",
    "start encoder",
    "encode",
    "acknowledge 1-2",
    "close encoder",
  ]);
  assert.ok(!clock.asleep.some(tenMinutes), "an encoder that answered is waited for no longer");
  await shipper.stop(1000);
});

Deno.test("Shipper asked to flush in a pause tries again at once", async () => {
  const { shipper, steps } = setup(
    [[1, 2]],
    (_key, attempt) => attempt === 1 ? Promise.reject(new Error("refused")) : Promise.resolve(),
  );
  shipper.flush();
  await settle();
  assert.ok(!steps.includes("acknowledge 1-2"));
  shipper.flush();
  await settle();
  assert.ok(steps.includes("acknowledge 1-2"));
  await shipper.stop(1000);
});

Deno.test("Shipper ships what is stored when it is stopped", async () => {
  const { shipper, steps } = setup([[1, 2]]);
  await shipper.stop(1000);
  assert.ok(steps.includes("acknowledge 1-2"));
});

Deno.test("Shipper counts and names events that were not mapped whole, or whose times are unlikely", async () => {
  const counts = { incomplete: 1, unlikelyTimes: 1 };
  const { shipper, log, metrics } = setup([[1, 2]], undefined, undefined, counts);
  await shipper.stop(1000);
  const warnings = log.filter((line) => line.startsWith("WARN"));
  assert.deepEqual(
    warnings,
    ["20261120", "20261121"].map((day) =>
      `WARN AWS SecurityLake - 1 of 1 events in ${key(day, "1-2")}`
    )
      .flatMap((what) => [
        `${what} have no more than their envelope and raw_data: see status_detail there`,
        `${what} say that they happened before 1980 or over a day after they came: look at their ` +
        `hosts' clocks`,
      ]),
  );
  assert.match((await metrics.scrape()).text, /^falco_lake_unlikely_event_times_total 2$/m);
  assert.match((await metrics.scrape()).text, /^falco_lake_incomplete_events_total 2$/m);
});

Deno.test("Shipper gives an upload up that outlives the time to stop, and does not acknowledge it", async () => {
  const hang = (_key: string, _attempt: number, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) =>
      signal.addEventListener("abort", () => reject(new Error("aborted")))
    );
  const { shipper, clock, steps, log } = setup([[1, 2]], hang);
  const stopped = shipper.stop(7000);
  await settle();
  clock.asleep.find(({ milliseconds }) => milliseconds === 7000)!.wake();
  await stopped;
  assert.ok(!steps.some((step) => step.startsWith("acknowledge")));
  assert.equal(
    log.at(-1),
    "WARN AWS SecurityLake - lake.shutdowntimeout is over; 1 events wait on disk, for the next start",
  );
});
