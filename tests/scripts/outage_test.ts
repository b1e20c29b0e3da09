import assert from "node:assert/strict";
import { disorder } from "../../scripts/outage/check_lake.ts";
import { dayEvent, dayEventId } from "../../scripts/outage/day_event.ts";
import { MemorySamples, residentMemory } from "../../scripts/outage/memory.ts";
import { SeenEvents } from "../../scripts/outage/seen_events.ts";

Deno.test("A day's events are 300 to 600 bytes, tell their numbers, and advance over 24 hours", () => {
  const day = 8_640_000;
  const times = [0, 1, 2, 3, day / 2, day - 1].map((id) => {
    const text = dayEvent(id, 100);
    assert.ok(text.length >= 300 && text.length <= 600, text);
    assert.equal(dayEventId(text), id);
    return JSON.parse(text).time;
  });
  assert.equal(times[0], "2026-11-20T12:00:00.000000000Z");
  assert.match(times[4], /^2026-11-21T00:00:00\.000/);
  assert.match(times[5], /^2026-11-21T11:59:59\.99/);
  assert.equal(dayEventId("{}"), undefined);
});

Deno.test("Events that are lost, doubled, changed or invented are counted", () => {
  const seen = new SeenEvents(100, 20);
  for (let id = 0; id < 20; id++) if (id !== 7) seen.add(dayEvent(id, 100));
  assert.deepEqual(seen.result, { lost: 1, doubled: 0, invented: 0 });
  seen.add(dayEvent(9, 100));
  for (const text of [dayEvent(20, 100), `${dayEvent(7, 100)} `, "{}", undefined]) seen.add(text);
  assert.deepEqual(seen.result, { lost: 1, doubled: 1, invented: 4 });
  seen.add(dayEvent(7, 100));
  assert.equal(seen.result.lost, 0);
});

Deno.test("Objects that come after younger ones are named", () => {
  const key = (day: string, range: string) => `eventDay=${day}/${"a".repeat(32)}-${range}.parquet`;
  const good = [key("1", "1-5"), key("2", "1-5"), key("1", "6-9")];
  assert.deepEqual(disorder(good), []);
  assert.deepEqual(disorder([...good, key("2", "1-5"), "stray"]).length, 2);
});

Deno.test("Memory is that of the process, in MiB", () => {
  const own = residentMemory(Deno.pid);
  assert.ok(Math.abs(own - Deno.memoryUsage().rss / 2 ** 20) < own / 2, `${own} MiB`);
  const samples = new MemorySamples();
  for (const value of [3, 1, 2]) samples.add(value);
  assert.deepEqual(samples.summary, { min: 1, median: 2, max: 3, samples: 3 });
});
