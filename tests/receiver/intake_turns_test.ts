import assert from "node:assert/strict";
import { EventIntake } from "../../src/receiver/event_intake.ts";
import { labeller } from "../../src/receiver/event_labels.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { captureLog } from "../support/capture_log.ts";
import { makeEvent } from "../support/make_event.ts";
import { bytesOf, frozenClock } from "../support/open_buffer.ts";
import { NO_ENRICHMENT } from "./receiver.ts";

/** Takes a body of so many events, and one of a single event that comes right after it. */
async function orderOf(events: number, millisecondsPerLook: number): Promise<string[]> {
  let now = 0;
  const intake = new EventIntake({
    store: () => Promise.resolve({ kind: "stored" }),
    wanted: { minimumPriority: undefined, dropInternal: false },
    labeller: labeller(NO_ENRICHMENT, []),
    outputName: "Lake",
    metrics: new Metrics(() => undefined),
    log: captureLog(),
    clock: { ...frozenClock, monotonic: () => now += millisecondsPerLook },
  });
  const accept = (count: number) => {
    const body = Array.from({ length: count }, (_, id) => makeEvent(id)).join("\n");
    return intake.accept(bytesOf(body), Infinity, () => true);
  };
  const order: string[] = [];
  await Promise.all([
    accept(events).then(() => order.push("many")),
    accept(1).then(() => order.push("one")),
  ]);
  return order;
}

Deno.test("A single event does not wait for a body of many, however fast they are", async () => {
  assert.deepEqual(await orderOf(500, 0), ["one", "many"]);
});

Deno.test("A single event does not wait for a body of few that take long", async () => {
  assert.deepEqual(await orderOf(5, 11), ["one", "many"]);
});

Deno.test("A body of few that take no time is taken in one turn", async () => {
  assert.deepEqual(await orderOf(5, 0), ["many", "one"]);
});
