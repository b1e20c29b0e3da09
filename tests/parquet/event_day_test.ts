import assert from "node:assert/strict";
import { eventDayOf } from "../../src/parquet/event_day.ts";

Deno.test("an event's day is its UTC day, to the millisecond", () => {
  const day = (time: string) => eventDayOf(Date.parse(time));
  assert.equal(day("2026-02-28T23:59:59.999Z"), "20260228");
  assert.equal(day("2026-03-01T00:00:00.000Z"), "20260301");
  assert.equal(day("2026-03-01T00:30:00+01:00"), "20260228");
  assert.equal(day("2024-02-29T12:00:00Z"), "20240229");
});

Deno.test("times that nobody expects still have a day of eight digits", () => {
  assert.equal(eventDayOf(-1), "19691231");
  assert.equal(eventDayOf(Date.parse("0099-05-04T00:00:00Z")), "00990504");
  assert.equal(eventDayOf(Date.parse("9999-12-31T23:59:59.999Z")), "99991231");
  assert.equal(eventDayOf(8.64e15), "99991231");
  assert.equal(eventDayOf(-8.64e15), "00010101");
});
