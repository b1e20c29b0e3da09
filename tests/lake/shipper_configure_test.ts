import assert from "node:assert/strict";
import fc from "fast-check";
import type { BatchLimits } from "../../src/buffer/batch_scan.ts";
import type { Batch } from "../../src/buffer/buffer.ts";
import { mayBeStored, refusesKey } from "../../src/lake/may_be_stored.ts";
import type { ObjectSettings } from "../../src/lake/shipment.ts";
import { Shipper, type ShipperSettings } from "../../src/lake/shipper.ts";
import type { Store } from "../../src/lake/store.ts";
import type { EncodeSettings } from "../../src/parquet/encode_batch.ts";
import type { UploadStatus } from "../../src/telemetry/health.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { captureLog } from "../support/capture_log.ts";
import { NOTHING_SET_ASIDE } from "../support/nothing_set_aside.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { fixedRandom } from "../support/open_buffer.ts";

const START = Date.UTC(2026, 10, 21, 12);
const DAYS = ["20261120", "20261121"];

const objects = (prefix: string): ObjectSettings => ({
  prefix,
  region: "r",
  accountId: "a",
  schema: "ocsf",
  ocsfVersion: "1.1.0",
  compression: "zstd",
  version: "1",
});

const OLD: ShipperSettings = {
  interval: 300_000,
  limits: { events: 10, bytes: 1000 },
  objects: objects("old"),
};
const NEW: ShipperSettings = { ...OLD, interval: 60_000, objects: objects("new") };

/** What becomes of a put; undefined for what stores the object. */
type Put = (key: string) => Promise<void> | undefined;

/** What the AWS SDK throws for an answer of the server's. */
const answered = (httpStatusCode: number) =>
  Object.assign(new Error("no"), { name: "Answer", $metadata: { httpStatusCode } });

/** Lets everything that can go on go on. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** A shipper over a buffer of these batches. Every batch becomes two files, of two days. */
function setup(batches: readonly (readonly [number, number])[] = [[1, 2]], begun = false) {
  const clock = new ManualClock(START);
  const log = captureLog();
  /** What happened, in order; puts that stored something with the store's name. */
  const steps: string[] = [];
  const encoded: EncodeSettings[] = [];
  const leasedWith: BatchLimits[] = [];
  const waiting = [...batches];
  const faults: {
    put: Put;
    acknowledge: () => Promise<void> | undefined;
    encode: () => Promise<void> | undefined;
  } = {
    put: () => undefined,
    acknowledge: () => undefined,
    encode: () => undefined,
  };
  const buffer = {
    ...NOTHING_SET_ASIDE,
    redirect: (batch: Batch) => Promise.resolve(batch),
    lookAhead: () => Promise.resolve(undefined),
    forgetAhead: () => {},
    get status() {
      const last = batches.at(-1)?.[1] ?? 0;
      return { logId: "log", begun, last, events: waiting.length };
    },
    lease: (limits: BatchLimits): Promise<Batch | undefined> => {
      leasedWith.push(limits);
      const [first, last] = waiting[0] ?? [];
      if (first === undefined || last === undefined) return Promise.resolve(undefined);
      const slices = [{ path: "", start: 0, end: 1, first, last }];
      return Promise.resolve({ first, last, events: last - first + 1, slices });
    },
    acknowledge: async ({ first, last }: Batch) => {
      await faults.acknowledge();
      steps.push(`acknowledge ${first}-${last}`);
      waiting.shift();
      return false;
    },
  };
  const storeOf = (name: string): Store => ({
    explain: (error) => ({
      class: "other",
      text: String(error),
      hint: "",
      mayBeStored: mayBeStored(error),
      refusesKey: refusesKey(error),
      refusesObject: "none",
    }),
    location: `s3://${name}`,
    probe: () => Promise.resolve(),
    put: async (key) => {
      await faults.put(key);
      steps.push(`${name} ${key}`);
    },
  });
  const startEncoder = () => ({
    encode: async (_slices: unknown, settings: EncodeSettings) => {
      encoded.push(settings);
      steps.push(`encode ${settings.first}-${settings.last}`);
      await faults.encode();
      const file = { rows: 1, incomplete: 0, unlikelyTimes: 0, bytes: new Uint8Array(1) };
      return DAYS.map((eventDay) => ({ ...file, eventDay }));
    },
    close: () => {},
  });
  const dependencies = {
    buffer,
    startEncoder,
    encodings: { begin: () => 0, end: () => {} },
    clock,
    random: fixedRandom,
    log,
    metrics: new Metrics(() => undefined),
  };
  const shipper = new Shipper(OLD, storeOf("one"), dependencies);
  return {
    shipper,
    clock,
    steps,
    log: log.lines,
    faults,
    encoded,
    leasedWith,
    waiting,
    storeOf,
    pass: async (milliseconds: number) => {
      await clock.advance(milliseconds, settle);
      await settle();
    },
    /** Asks for a drain, and lets it go as far as it goes. */
    flush: async () => {
      shipper.flush();
      await settle();
    },
    configure: async (settings: ShipperSettings, store = "two") => {
      shipper.configure(settings, storeOf(store));
      await settle();
    },
  };
}

const keyOf = (prefix: string, range: string, day: string) =>
  `${prefix}/region=r/accountId=a/eventDay=${day}/log-${range}.parquet`;

/** The steps of a batch of which nothing has arrived. */
const shipped = (store: string, prefix: string, range = "1-2"): string[] => [
  `encode ${range}`,
  ...DAYS.map((day) => `${store} ${keyOf(prefix, range, day)}`),
  `acknowledge ${range}`,
];

Deno.test("Shipper configured while it waits drains nothing, and keeps the new interval's pace from the last drain on", async () => {
  for (const interval of [240_000, 900_000]) {
    const { shipper, steps, pass, configure } = setup();
    await pass(100_000);
    await configure({ ...NEW, interval });
    await pass(interval - 100_001);
    assert.deepEqual(steps, []);
    await pass(1);
    assert.deepEqual(steps, shipped("two", "new"));
    await shipper.stop(1000);
  }
});

Deno.test("Shipper that is configured more often than its interval ships all the same", async () => {
  const { shipper, steps, pass, configure } = setup();
  for (let at = 0; at < 5; at++) {
    await pass(50_000);
    await configure({ ...NEW, interval: 300_000 });
  }
  assert.deepEqual(steps, []);
  await pass(50_000);
  assert.deepEqual(steps, shipped("two", "new"));
  await shipper.stop(1000);
});

Deno.test("Shipper with an interval that is over already drains at once", async () => {
  const { shipper, steps, pass, configure } = setup();
  await pass(200_000);
  await configure({ ...NEW, interval: 60_000 });
  await pass(0);
  assert.deepEqual(steps, shipped("two", "new"));
  await shipper.stop(1000);
});

Deno.test("Shipper asked to flush beside a configuration ships at once, under the new settings", async () => {
  for (const order of ["flush first", "configure first"]) {
    const { shipper, steps, storeOf, pass, configure, waiting } = setup();
    await pass(1000);
    if (order === "flush first") shipper.flush();
    shipper.configure(NEW, storeOf("two"));
    if (order === "configure first") shipper.flush();
    await settle();
    assert.deepEqual(steps, shipped("two", "new"), order);
    // And the flush is done with: another configuration only waits.
    waiting.push([3, 4]);
    await configure(OLD, "one");
    await pass(299_999);
    assert.equal(steps.length, 4);
    await shipper.stop(1000);
  }
});

Deno.test("Shipper configured during a put finishes the batch where it is, and sends the next to the new store under new keys", async () => {
  const { shipper, steps, faults, pass, flush, configure } = setup([[1, 2], [3, 4]]);
  const hanging = Promise.withResolvers<void>();
  faults.put = (key) => key === keyOf("old", "1-2", DAYS[0]!) ? hanging.promise : undefined;
  await flush();
  await configure(NEW);
  assert.deepEqual(steps, ["encode 1-2"]);
  hanging.resolve();
  await settle();
  const expected = [
    "encode 1-2",
    `one ${keyOf("old", "1-2", DAYS[0]!)}`,
    `one ${keyOf("old", "1-2", DAYS[1]!)}`,
    "acknowledge 1-2",
    ...shipped("two", "new", "3-4"),
  ];
  assert.deepEqual(steps, expected);
  await pass(1_000_000);
  assert.deepEqual(steps, expected, "nothing is left to ship");
  await shipper.stop(1000);
});

Deno.test("Shipper configured during a put that fails tries again without a pause, in the new store", async () => {
  const { shipper, steps, log, faults, flush, configure } = setup();
  const hanging = Promise.withResolvers<void>();
  faults.put = () => hanging.promise;
  await flush();
  await configure({ ...NEW, objects: OLD.objects });
  faults.put = () => undefined;
  hanging.reject(new Error("timeout"));
  await settle();
  assert.deepEqual(steps, shipped("two", "old"));
  assert.equal(log.filter((line) => line.startsWith("ERROR")).length, 1);
  await shipper.stop(1000);
});

Deno.test("Shipper configured while a batch is encoded encodes it anew, under the new settings", async () => {
  const { shipper, steps, faults, pass, configure } = setup();
  const encoding = Promise.withResolvers<void>();
  faults.encode = () => encoding.promise;
  await pass(300_000);
  assert.deepEqual(steps, ["encode 1-2"]);
  await configure(NEW);
  encoding.resolve();
  await settle();
  assert.deepEqual(steps, ["encode 1-2", ...shipped("two", "new")]);
  await shipper.stop(1000);
});

Deno.test("Shipper keeps the keys of a batch that an earlier run began: it may have put some of it", async () => {
  const { shipper, steps, faults, configure } = setup([[1, 2]], true);
  faults.put = () => Promise.reject(answered(403));
  await settle();
  assert.deepEqual(steps, ["encode 1-2"]);
  faults.put = () => undefined;
  await configure(NEW);
  const keys = DAYS.map((day) => `two ${keyOf("old", "1-2", day)}`);
  assert.deepEqual(steps, ["encode 1-2", ...keys, "acknowledge 1-2"]);
  await shipper.stop(1000);
});

Deno.test("Shipper makes a batch anew of which nothing can have been sent", async () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND"]) {
    const { shipper, steps, faults, pass, configure } = setup();
    faults.put = () => Promise.reject(Object.assign(new Error("no"), { code }));
    await pass(300_000);
    faults.put = () => undefined;
    await configure(NEW);
    assert.deepEqual(steps, ["encode 1-2", ...shipped("two", "new")]);
    await shipper.stop(1000);
  }
});

Deno.test("Shipper that was flushed out of a pause waits at the next configuration, as always", async () => {
  const { shipper, steps, faults, waiting, pass, flush, configure } = setup();
  faults.put = () => Promise.reject(new Error("reset"));
  await pass(300_000);
  faults.put = () => undefined;
  await flush();
  assert.deepEqual(steps.at(-1), "acknowledge 1-2");
  waiting.push([3, 4]);
  const before = steps.length;
  await configure(NEW);
  assert.equal(steps.length, before);
  await shipper.stop(1000);
});

Deno.test("Shipper names the store that it tried, not the one it has been given since", async () => {
  const { shipper, log, faults, pass, configure } = setup();
  const hanging = Promise.withResolvers<void>();
  faults.put = () => hanging.promise;
  await pass(300_000);
  await configure(NEW);
  faults.put = () => undefined;
  hanging.reject(new Error("reset"));
  await settle();
  assert.match(log.find((line) => line.startsWith("ERROR"))!, /\(s3:\/\/one, attempt 1\)/);
  await shipper.stop(1000);
});

Deno.test("Shipper configured with the same objects' settings does not encode again what is under way", async () => {
  const { shipper, steps, faults, flush, configure } = setup();
  faults.put = () => Promise.reject(answered(403));
  await flush();
  faults.put = () => undefined;
  await configure({ ...NEW, objects: OLD.objects });
  assert.deepEqual(steps, shipped("two", "old"));
  await shipper.stop(1000);
});

const FAILURES: readonly (readonly [what: string, error: unknown, isRefused: boolean])[] = [
  ...[400, 403, 404, 412, 429, 499].map((status) =>
    [`an answer of ${status}`, answered(status), true] as const
  ),
  ...[301, 399, 500, 503].map((status) =>
    [`an answer of ${status}`, answered(status), false] as const
  ),
  ["no answer", new Error("connection reset"), false],
  ["an answer without a status", Object.assign(new Error(), { $metadata: {} }), false],
  ["something that is no Error", "ENOSPC", false],
];

for (const [what, error, isRefused] of FAILURES) {
  const how = isRefused ? "encodes anew under the new prefix" : "keeps the key it may have used";
  Deno.test(`Shipper configured after ${what} ${how}`, async () => {
    const { shipper, steps, faults, flush, configure } = setup();
    faults.put = () => Promise.reject(error);
    await flush();
    faults.put = () => undefined;
    await configure(NEW);
    assert.deepEqual(
      steps,
      isRefused ? ["encode 1-2", ...shipped("two", "new")] : shipped("two", "old"),
    );
    await shipper.stop(1000);
  });
}

Deno.test("Shipper keeps the keys of a batch of which one object arrived, whatever the other's refusal", async () => {
  const { shipper, steps, faults, flush, configure } = setup();
  faults.put = (key) => key.includes(DAYS[1]!) ? Promise.reject(answered(403)) : undefined;
  await flush();
  faults.put = () => undefined;
  await configure(NEW);
  assert.deepEqual(steps, [
    "encode 1-2",
    `one ${keyOf("old", "1-2", DAYS[0]!)}`,
    `two ${keyOf("old", "1-2", DAYS[1]!)}`,
    "acknowledge 1-2",
  ]);
  await shipper.stop(1000);
});

Deno.test("Shipper keeps the keys of a batch that may have arrived, though it is refused later", async () => {
  const { shipper, steps, faults, flush, configure } = setup();
  const errors = [new Error("connection reset"), answered(403), answered(404)];
  faults.put = () => {
    const error = errors.shift();
    return error && Promise.reject(error);
  };
  await flush();
  await flush();
  await configure(NEW);
  assert.deepEqual(steps, ["encode 1-2"]);
  await flush();
  assert.deepEqual(steps, shipped("two", "old"));
  await shipper.stop(1000);
});

Deno.test("Shipper whose last step alone failed puts nothing again after a configuration", async () => {
  const { shipper, steps, faults, flush, configure } = setup();
  faults.acknowledge = () => Promise.reject(new Error("EIO"));
  await flush();
  faults.acknowledge = () => undefined;
  await configure(NEW);
  assert.deepEqual(steps, shipped("one", "old"));
  await shipper.stop(1000);
});

Deno.test("Shipper takes the next batch with the new limits, and gives the encoder all of the new settings", async () => {
  const enrichment = {
    customfields: [{ name: "env", value: "prod", label: "env" }],
    customtags: ["a"],
    templatedfields: [],
    bracketreplacer: "_",
    outputfieldformat: "<output>",
  };
  const { shipper, encoded, leasedWith, flush, configure } = setup([[1, 2], [3, 4]]);
  const limits = { events: 2, bytes: 5 };
  const settings = { ...NEW.objects, schema: "falcosidekick", rawData: false, enrichment } as const;
  await configure({ ...NEW, limits, objects: settings });
  await flush();
  assert.deepEqual(leasedWith, [limits, limits, limits]);
  assert.deepEqual(encoded, [
    { ...settings, logId: "log", first: 1, last: 2 },
    { ...settings, logId: "log", first: 3, last: 4 },
  ]);
  await shipper.stop(1000);
});

Deno.test("Shipper configured and stopped at once ships under the new settings", async () => {
  const { shipper, steps, storeOf } = setup();
  shipper.configure(NEW, storeOf("two"));
  await shipper.stop(1000);
  assert.deepEqual(steps, shipped("two", "new"));
});

Deno.test("Shipper's status has the failures since the last success, and the last success", async () => {
  const { shipper, faults, pass, flush, configure, waiting } = setup();
  const status = (): UploadStatus => shipper.status;
  assert.deepEqual(status(), { lastSuccess: undefined, failures: undefined });
  faults.put = () => Promise.reject(answered(403));
  await pass(300_000);
  const since = START + 300_000;
  const first = {
    attempts: 1,
    since,
    lastAt: since,
    lastError: "Answer: no",
    nextAttempt: since + 750,
  };
  assert.deepEqual(status(), { lastSuccess: undefined, failures: first });
  faults.put = () => Promise.reject(new Error("reset"));
  await pass(750);
  const lastAt = since + 750;
  const second = {
    attempts: 2,
    since,
    lastAt,
    lastError: "Error: reset",
    nextAttempt: lastAt + 1500,
  };
  assert.deepEqual(status(), { lastSuccess: undefined, failures: second });
  await configure(NEW);
  assert.equal(status().failures?.attempts, 3);
  assert.equal(status().failures?.since, since, "a configuration is no success");
  faults.put = () => undefined;
  await flush();
  const success = { lastSuccess: lastAt, failures: undefined };
  assert.deepEqual(status(), success);
  await pass(500_000);
  assert.deepEqual(status(), success, "nothing to ship is neither");
  waiting.push([3, 4]);
  faults.put = () => Promise.reject("gone");
  await flush();
  const { lastSuccess, failures } = status();
  assert.deepEqual(
    [lastSuccess, failures?.attempts, failures?.since, failures?.lastError],
    [lastAt, 1, lastAt + 500_000, "gone"],
  );
  await shipper.stop(1000);
});

/** `stored` or not, and whether the store says so. */
const OUTCOMES = ["stored", "lost answer", "refused", "unavailable"] as const;
type Outcome = typeof OUTCOMES[number];

Deno.test("However puts fail and settings change, every object stands under one key, and batches are acknowledged in order", async () => {
  const step = fc.oneof(
    fc.constantFrom(...OUTCOMES).map((outcome) => ({ outcome })),
    fc.constantFrom("old", "new", "third").map((prefix) => ({ prefix })),
    fc.constantFrom<{ readonly pass: number }>({ pass: 750 }, { pass: 60_000 }, { pass: 300_000 }),
    fc.constant({ flush: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (commands) => {
      const batches = [[1, 2], [3, 4], [5, 6]] as const;
      const { shipper, steps, faults, pass, flush, configure } = setup(batches);
      /** Keys by what they are of. */
      const lake = new Map<string, Set<string>>();
      let outcome: Outcome = "stored";
      faults.put = (key) => {
        const object = key.slice(key.indexOf("eventDay="));
        if (outcome === "stored" || outcome === "lost answer") {
          lake.set(object, (lake.get(object) ?? new Set()).add(key));
        }
        if (outcome === "stored") return undefined;
        const errors = {
          "lost answer": new Error("connection reset"),
          refused: answered(403),
          unavailable: answered(503),
        };
        return Promise.reject(errors[outcome]);
      };
      for (const command of commands) {
        if ("outcome" in command) outcome = command.outcome;
        else if ("prefix" in command) await configure({ ...NEW, objects: objects(command.prefix) });
        else if ("pass" in command) await pass(command.pass);
        else await flush();
      }
      outcome = "stored";
      await shipper.stop(1000);
      // A drain that was in a pause when it was told to stop has tried once more by now.
      assert.deepEqual(
        steps.filter((step) => step.startsWith("acknowledge")),
        batches.map((range) => `acknowledge ${range.join("-")}`),
      );
      assert.equal(lake.size, batches.length * DAYS.length);
      for (const [object, keys] of lake) assert.equal(keys.size, 1, `${object}: ${[...keys]}`);
    }),
    { numRuns: 150 },
  );
});

Deno.test("Shipper sends the rest of a batch where it is configured to now, when its old keys are refused for good", async () => {
  const { shipper, steps, log, faults, pass, flush, configure } = setup();
  const denied = Object.assign(answered(403), { name: "AccessDenied" });
  const [first, second] = DAYS.map((day) => keyOf("old", "1-2", day));
  faults.put = (key) => key === second ? Promise.reject(answered(500)) : undefined;
  await flush();
  faults.put = (key) => key.startsWith("old") ? Promise.reject(denied) : undefined;
  await configure(NEW);
  await pass(1_000_000);
  assert.deepEqual(steps, [
    "encode 1-2",
    `one ${first}`,
    `two ${keyOf("new", "1-2", DAYS[1]!)}`,
    "acknowledge 1-2",
  ]);
  assert.ok(log.some((line) => /^WARN .*may stand in old.*they go to new/.test(line)));
  await shipper.stop(1000);
});
