import assert from "node:assert/strict";
import { RULES } from "../../src/cli/demo/event_rules.ts";
import { demoEvents } from "../../src/cli/demo/events.ts";
import type { FalcoEvent } from "../../src/event/falco_event.ts";
import { parseEvent } from "../../src/event/parse.ts";
import { PRIORITIES } from "../../src/event/priority.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 8, 30, 12, 345);
const MIDNIGHT = Date.UTC(2026, 10, 21);

/** The events as our own parser takes them, integers exact. */
function parsed(now = NOW): FalcoEvent[] {
  return demoEvents(now).map((text) => {
    const result = parseEvent(text, "exact");
    assert.ok(result.ok, text);
    return result.event;
  });
}

const valuesOf = (events: readonly FalcoEvent[], field: string) =>
  events.map((event) => event.outputFields[field]);

Deno.test("the demo has at least 64 different events, and our parser accepts each", () => {
  const texts = demoEvents(NOW);
  assert.ok(texts.length >= 64);
  assert.equal(new Set(texts).size, texts.length);
  const events = parsed();
  assert.deepEqual(
    [...new Set(events.map(({ rule }) => rule))].toSorted(),
    Object.keys(RULES).toSorted(),
  );
  assert.ok(Object.keys(RULES).length >= 60);
});

Deno.test("the same now gives the same events, another gives others", () => {
  assert.deepEqual(demoEvents(NOW), demoEvents(NOW));
  assert.notDeepEqual(demoEvents(NOW), demoEvents(NOW + 60_000));
});

for (
  const [name, now] of [
    ["at half past eight", NOW],
    ["at midnight", MIDNIGHT],
    ["a millisecond after midnight", MIDNIGHT + 1],
    ["a millisecond before midnight", MIDNIGHT + DAY - 1],
  ] as const
) {
  Deno.test(`${name}, the events lie on three UTC days, none in the future`, () => {
    const times = parsed(now).map(({ time }) => time.milliseconds);
    const days = new Set(times.map((time) => Math.floor(time / DAY)));
    const today = Math.floor(now / DAY);
    assert.deepEqual([...days].toSorted(), [today - 2, today - 1, today]);
    assert.ok(times.every((time) => time <= Math.max(now, today * DAY + 4)));
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    assert.equal(new Set(parsed(now).map(({ time }) => time.text)).size, times.length);
    for (const day of days) {
      assert.ok(times.filter((time) => Math.floor(time / DAY) === day).length >= 10);
    }
  });

  Deno.test(`${name}, two events lie within 5 ms of midnight, one on each side`, () => {
    const midnight = Math.floor(now / DAY) * DAY;
    const times = parsed(now).map(({ time }) => time.milliseconds);
    assert.ok(times.some((time) => time < midnight && time >= midnight - 5));
    assert.ok(times.some((time) => time >= midnight && time <= midnight + 5));
  });
}

Deno.test("all eight priorities occur", () => {
  const priorities = new Set(parsed().map(({ priority }) => priority));
  assert.deepEqual([...priorities].toSorted(), PRIORITIES.toSorted());
});

Deno.test("the events come from Falco's syscalls, its plugins and Falco itself", () => {
  const events = parsed();
  const sources = Map.groupBy(events, ({ source }) => source);
  assert.ok((sources.get("syscall")?.length ?? 0) >= 40);
  assert.ok((sources.get("k8s_audit")?.length ?? 0) >= 5);
  assert.ok((sources.get("aws_cloudtrail")?.length ?? 0) >= 5);
  assert.ok(events.some(({ rule }) => rule === "Attach/Exec Pod"));
  const internal = sources.get("internal") ?? [];
  assert.ok(internal.length >= 1);
  assert.ok(
    internal.every(({ rule, tags }) => rule.startsWith("Falco internal: ") && !tags.length),
  );
});

Deno.test("times have nine digits, and evt.time is the same moment as an exact integer", () => {
  for (const text of demoEvents(NOW)) {
    const [, written] = /"evt\.time":(\d+)[,}]/.exec(text) ?? [];
    const [, seconds, fraction] = /"time":"([^".]+)\.(\d{9})Z"\}$/.exec(text) ?? [];
    assert.equal(written, `${Date.parse(`${seconds}Z`) / 1000}${fraction}`);
    assert.ok(!Number.isSafeInteger(Number(written)));
    assert.ok(text.includes(`"output":"${seconds?.slice(11)}.${fraction}: `));
  }
});

Deno.test("integers beyond 2^53 that a double would change are written in full", () => {
  const events = parsed();
  assert.ok(valuesOf(events, "evt.time").every((value) => typeof value === "bigint"));
  const isChanged = (value: unknown) =>
    typeof value === "bigint" && BigInt(Number(value)) !== value;
  assert.ok(valuesOf(events, "evt.time").filter(isChanged).length >= 60);
  // Times that lie a whole number of days and a few nanoseconds before their events.
  const ages = events.flatMap((
    { outputFields: { "evt.time": time, "container.start_ts": start } },
  ) =>
    typeof time === "bigint" && typeof start === "bigint"
      ? [(time - start) % 86_400_000_000_000n]
      : []
  );
  assert.deepEqual(ages.toSorted(), [1n, 7n]);
  assert.ok(valuesOf(events, "evt.num").includes(9_007_199_254_740_993n));
  assert.ok(valuesOf(events, "falco.num_evts").includes(11_400_714_819_323_198_485n));
});

Deno.test("the texts are compact JSON with sorted keys, as Falco writes them", () => {
  for (const text of demoEvents(NOW)) {
    const value = JSON.parse(text) as Record<string, unknown>;
    const fields = value["output_fields"] as Record<string, unknown>;
    for (const keys of [Object.keys(value), Object.keys(fields)]) {
      assert.deepEqual(keys, keys.toSorted());
    }
    const tags = value["tags"] as string[] | undefined;
    assert.deepEqual(tags, tags?.toSorted());
    // Compact: apart from the integers that a double changes, nothing differs when written again.
    assert.equal(JSON.stringify(value).replace(/\d{16,}/g, "N"), text.replace(/\d{16,}/g, "N"));
  }
});

Deno.test("a missing value is null in output_fields and <NA> in output", () => {
  const withNull = parsed().filter((event) => Object.values(event.outputFields).includes(null));
  assert.ok(withNull.length >= 20);
  assert.ok(withNull.every(({ output }) => output.includes("=<NA>")));
  assert.ok(parsed().every(({ output }) => !/=(null|undefined)\b/.test(output)));
});

Deno.test("paths, command lines and users hold more than ASCII, emoji too", () => {
  const events = parsed();
  for (const field of ["fd.name", "proc.cmdline", "user.name", "proc.exepath"]) {
    // deno-lint-ignore no-control-regex -- the range is ASCII
    assert.ok(valuesOf(events, field).some((value) => /[^\x00-\x7f]/.test(String(value))), field);
  }
  assert.ok(demoEvents(NOW).some((text) => /\p{Emoji_Presentation}/u.test(text)));
});

Deno.test("hosts, containers and pods, IPv4 and IPv6, files and ancestors all occur", () => {
  const events = parsed();
  const places = new Set(events.map(({ outputFields }) => {
    if (outputFields["k8s.pod.name"]) return "pod";
    return outputFields["container.id"] === "host" ? "host" : "container";
  }));
  assert.deepEqual([...places].toSorted(), ["container", "host", "pod"]);
  assert.ok(new Set(events.map(({ hostname }) => hostname)).size >= 6);
  const types = valuesOf(events, "fd.type");
  for (const type of ["ipv4", "ipv6", "file"]) assert.ok(types.includes(type), type);
  assert.ok(valuesOf(events, "fd.l4proto").includes("udp"));
  assert.ok(valuesOf(events, "fd.name").includes("/etc/shadow"));
  for (const depth of [2, 3, 4]) {
    assert.ok(valuesOf(events, `proc.aname[${depth}]`).some((value) => typeof value === "string"));
  }
});
