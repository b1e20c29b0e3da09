import assert from "node:assert/strict";
import type { TemplatedField } from "../../src/event/enrichment_settings.ts";
import { uuidOf } from "../../src/event/uid.ts";
import { EventIntake, type Store } from "../../src/receiver/event_intake.ts";
import { labeller } from "../../src/receiver/event_labels.ts";
import type { Wanted } from "../../src/receiver/wanted.ts";
import type { Log, LogFields, LogLevel } from "../../src/telemetry/log.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { bytesOf, textOf } from "../support/open_buffer.ts";
import { eventSeries } from "../telemetry/events.ts";
import { valueOf } from "../telemetry/exposition.ts";
import { NO_ENRICHMENT } from "./receiver.ts";

const eventText = (members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    rule: "R",
    priority: "Warning",
    time: "2026-01-02T03:04:05Z",
    output_fields: { "proc.name": "sh" },
    ...members,
  });

type Line = readonly [LogLevel, string, LogFields?];

interface Options {
  readonly store?: Store;
  readonly wanted?: Partial<Wanted>;
  readonly templatedfields?: readonly TemplatedField[];
}

function setup({ store, wanted, templatedfields = [] }: Options = {}) {
  const lines: Line[] = [];
  const line = (level: LogLevel) => (message: string, fields?: LogFields) =>
    void lines.push(fields === undefined ? [level, message] : [level, message, fields]);
  const log: Log = {
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
  };
  const stored: string[] = [];
  const metrics = new Metrics(() => undefined);
  const clock = new ManualClock(0);
  const intake = new EventIntake({
    store: store ?? ((payloads) => {
      stored.push(...payloads.map(textOf));
      return Promise.resolve({ kind: "stored" });
    }),
    wanted: { minimumPriority: undefined, dropInternal: false, ...wanted },
    labeller: labeller({ ...NO_ENRICHMENT, templatedfields }, []),
    outputName: "Lake",
    metrics,
    log,
    clock,
  });
  const accept = (body: string, takeMemory: (bytes: number) => boolean = () => true) =>
    intake.accept(bytesOf(body), Infinity, takeMemory);
  return { accept, lines, stored, metrics, clock };
}

const counted = async (metrics: Metrics): Promise<number> =>
  (await eventSeries(metrics)).reduce((sum, { value }) => sum + value, 0);

Deno.test("An event that is stored is told of with the uuid that it has in the lake", async () => {
  const uuid = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";
  const [own, given] = [eventText(), eventText({ uuid })];
  const { accept, lines, stored } = setup();
  await accept(` ${own}\n${given}`);
  const computed = uuidOf(bytesOf(own));
  assert.deepEqual(lines, [
    ["debug", `Falco's payload : ${own}`],
    ["info", `Lake - Event queued (${computed})`, { uuid: computed }],
    ["debug", `Falco's payload : ${given}`],
    ["info", `Lake - Event queued (${uuid})`, { uuid }],
  ]);
  assert.deepEqual(stored, [own, given]);
});

Deno.test("Of an event that is not wanted there is a count, but no line", async () => {
  const { accept, lines, stored, metrics } = setup({
    wanted: { minimumPriority: "Error", dropInternal: true },
  });
  const internal = eventText({ priority: "Alert", source: "internal" });
  const outcome = await accept(`${eventText()}\n${internal}`);
  assert.deepEqual([outcome.kind, lines, stored], ["taken", [], []]);
  assert.equal(outcome.kind === "taken" && outcome.accepted, 2);
  assert.equal(await counted(metrics), 2);
});

Deno.test("Beside events that are not wanted, each of the others is told of with its own uuid", async () => {
  const { accept, lines } = setup({ wanted: { minimumPriority: "Error" } });
  const uuid = "6f9619ff-8b86-4d01-b42d-00c04fc964ff";
  const wanted = eventText({ priority: "Alert" });
  await accept(`${eventText({ uuid })}\n${wanted}`);
  const queued = lines.filter(([level]) => level === "info").map(([, message]) => message);
  assert.deepEqual(queued, [`Lake - Event queued (${uuidOf(bytesOf(wanted))})`]);
});

Deno.test("What cannot be stored is not told of, not counted, and says why", async () => {
  const { accept, lines, metrics } = setup({
    store: () => Promise.resolve({ kind: "full", reason: "no room" }),
  });
  assert.deepEqual(await accept(eventText()), { kind: "unavailable", reason: "no room" });
  assert.deepEqual(lines, []);
  assert.equal(await counted(metrics), 0);
});

Deno.test("Where memory for more events is wanting, none of a body is stored; a single event needs none", async () => {
  const { accept, stored } = setup();
  let left = 2;
  const takeMemory = () => left-- > 0;
  assert.deepEqual(
    await accept(Array.from({ length: 4 }, () => eventText()).join("\n"), takeMemory),
    {
      kind: "unavailable",
      reason: "too many events are being received already; send fewer in one body",
    },
  );
  assert.deepEqual(stored, []);
  assert.equal((await accept(eventText(), takeMemory)).kind, "taken");
  assert.equal(stored.length, 1);
});

Deno.test("Nothing is told of before it is stored", async () => {
  const storing = Promise.withResolvers<{ readonly kind: "stored" }>();
  const { accept, lines, metrics } = setup({ store: () => storing.promise });
  const accepted = accept(eventText());
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.deepEqual([lines, await counted(metrics)], [[], 0]);
  storing.resolve({ kind: "stored" });
  await accepted;
  assert.equal(lines.length, 2);
});

Deno.test("Of many events within a second twenty are told of, and how many more there were", async () => {
  const { accept, lines, clock } = setup();
  const told = (level: LogLevel) => lines.filter(([one]) => one === level);
  await accept(Array.from({ length: 25 }, (_, at) => eventText({ rule: `R${at}` })).join("\n"));
  assert.deepEqual([told("debug").length, told("info").length], [20, 20]);
  await accept(eventText());
  await clock.advance(1000, () => Promise.resolve());
  assert.deepEqual(lines.slice(40), [
    ["info", "Lake - 6 more events queued within a second", { events: 6 }],
  ]);
  await accept(eventText());
  assert.deepEqual([told("debug").length, told("info").length], [21, 22]);
});

Deno.test("A template that fails is counted, and warned of ten times in ten seconds; its event is stored", async () => {
  const template = { name: "t", template: '{{ index . "proc.name" "x" }}', label: "t" };
  const { accept, lines, stored, metrics } = setup({ templatedfields: [template] });
  await accept(Array.from({ length: 12 }, () => eventText()).join("\n"));
  const warnings = lines.filter(([level]) => level === "warn").map(([, message]) => message);
  assert.equal(warnings.length, 11);
  assert.match(warnings[0]!, /^Receiver - templatedfields\.t failed for an event: ./);
  assert.equal(
    warnings[10],
    "More templates that failed in the next 10 s will be counted only",
  );
  assert.equal(stored.length, 12);
  const { text } = await metrics.scrape();
  assert.equal(valueOf(text, "falco_lake_template_errors_total"), 12);
});

Deno.test("What is no event is refused beside the others, in their order", async () => {
  const { accept, stored } = setup();
  const outcome = await accept(`${eventText()}\n{"rule":"x"}\nnonsense\n${eventText()}`);
  assert.ok(outcome.kind === "taken");
  assert.deepEqual([outcome.accepted, outcome.refused.count], [2, 2]);
  assert.equal(outcome.refused.first?.reason, "priority is missing");
  assert.equal(textOf(outcome.refused.lines), '{"rule":"x"}\nnonsense\n');
  assert.equal(stored.length, 2);
});

Deno.test("A body of thousands of events lets other work go on meanwhile", async () => {
  const { accept } = setup();
  const order: string[] = [];
  const accepted = accept(`${eventText()}\n`.repeat(2000)).then(() => order.push("accepted"));
  const other = new Promise<void>((resolve) =>
    setTimeout(() => {
      order.push("other");
      resolve();
    }, 0)
  );
  await Promise.all([accepted, other]);
  assert.deepEqual(order, ["other", "accepted"]);
});
