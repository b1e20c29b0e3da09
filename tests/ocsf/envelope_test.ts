import assert from "node:assert/strict";
import { mapRecord } from "../../src/ocsf/map.ts";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import {
  bytes,
  CLOUD,
  eventText,
  mapBytes,
  mapMembers,
  NO_CLOUD,
  RECEIVED_MILLISECONDS,
} from "./support.ts";

Deno.test("each priority has its severity", () => {
  const severities = Object.fromEntries(
    ["Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"]
      .map((priority) => {
        const { severity_id, severity, metadata } = mapMembers({ priority });
        return [metadata.log_level, [severity_id, severity]];
      }),
  );
  assert.deepEqual(severities, {
    Emergency: [6, "Fatal"],
    Alert: [6, "Fatal"],
    Critical: [5, "Critical"],
    Error: [4, "High"],
    Warning: [3, "Medium"],
    Notice: [2, "Low"],
    Informational: [1, "Informational"],
    Debug: [1, "Informational"],
  });
});

Deno.test("the time is the event's in UTC, rounded down, and its text is kept", () => {
  const { time, time_dt, finding_info, metadata } = mapMembers({
    time: "2026-01-02T04:04:05.999999999+01:00",
  });
  assert.equal(time, Date.UTC(2026, 0, 2, 3, 4, 5, 999));
  assert.equal(time_dt, "2026-01-02T03:04:05.999Z");
  assert.equal(finding_info.created_time, time);
  assert.equal(metadata.original_time, "2026-01-02T04:04:05.999999999+01:00");
  assert.equal(metadata.logged_time, RECEIVED_MILLISECONDS);
});

Deno.test("findings of the same second and of others each have their own time_dt", () => {
  for (const second of ["05.007", "05.070", "06.700", "05.000"]) {
    const time = `2026-01-02T03:04:${second}Z`;
    assert.equal(mapMembers({ time }).time_dt, time);
  }
});

Deno.test("an event of a clock that was not set has the time we received it", () => {
  for (const time of ["1969-12-31T23:59:59Z", "1970-01-01T00:00:07Z", "9999-12-31T23:59:59Z"]) {
    const finding = mapMembers({ time });
    assert.equal(finding.time, RECEIVED_MILLISECONDS);
    assert.equal(finding.metadata.original_time, time);
  }
});

Deno.test("no receive time is too odd to map", () => {
  for (const receivedMicroseconds of [0, -1, 2 ** 64, Infinity, NaN]) {
    for (const text of [eventText({ time: "0000-01-01T00:00:00+23:59" }), "no event"]) {
      const finding = mapRecord({ payload: bytes(text), receivedMicroseconds }, NO_CLOUD);
      assert.ok(Number.isSafeInteger(finding.time), `${receivedMicroseconds}: ${finding.time}`);
      assert.ok(Number.isSafeInteger(finding.metadata.logged_time));
      assert.equal(finding.time_dt, new Date(finding.time).toISOString());
    }
  }
});

Deno.test("cloud and its profile are there when region or account are configured", () => {
  assert.deepEqual(mapMembers({}, CLOUD).cloud, {
    provider: "AWS",
    region: "eu-west-1",
    account: { uid: "123456789012", type_id: 10, type: "AWS Account" },
  });
  assert.deepEqual(mapMembers({}, CLOUD).metadata.profiles, ["cloud", "datetime"]);
  assert.deepEqual(mapMembers({}, { ...NO_CLOUD, region: "r" }).cloud, {
    provider: "AWS",
    region: "r",
  });
  assert.equal(mapMembers({}, NO_CLOUD).cloud, undefined);
});

Deno.test("a hostname by OCSF's rules is one, any other is the device's name", () => {
  assert.deepEqual(mapMembers({ hostname: "node-1" }).device, { hostname: "node-1", type_id: 0 });
  assert.deepEqual(mapMembers({ hostname: "node_1" }).device, { name: "node_1", type_id: 0 });
  assert.equal(mapMembers({ hostname: "" }).device, undefined);
});

Deno.test("evt.hostname stands in for the hostname, and is kept when it differs", () => {
  const output_fields = { "evt.hostname": "inner" };
  assert.equal(mapMembers({ output_fields }).device?.hostname, "inner");
  const both = mapMembers({ hostname: "outer", output_fields });
  assert.equal(both.device?.hostname, "outer");
  assert.deepEqual(both.unmapped, output_fields);
  assert.equal(mapMembers({ hostname: "inner", output_fields }).unmapped, undefined);
});

Deno.test("without a host there is no actor: both belong to the profile host", () => {
  const output_fields = { "proc.name": "sh", "proc.pid": 7, "user.name": "root" };
  assert.equal(mapMembers({ output_fields }).actor, undefined);
  assert.deepEqual(mapMembers({ hostname: "h", output_fields }).actor, {
    process: { name: "sh", pid: 7 },
    user: { name: "root" },
  });
});

Deno.test("tags are labels without the empty ones, and the maturity is the rule's category", () => {
  const { metadata, finding_info } = mapMembers({ tags: ["", "maturity_sandbox", "host"] });
  assert.deepEqual(metadata.labels, ["maturity_sandbox", "host"]);
  assert.equal(finding_info.analytic?.category, "maturity_sandbox");
  assert.equal(mapMembers({ tags: [] }).metadata.labels, undefined);
});

Deno.test("only system calls have typed details; falcosidekick's name for them is understood", () => {
  const output_fields = { "proc.name": "sh", "evt.type": "execve" };
  for (const source of [undefined, "syscall", "syscalls"]) {
    const { evidences, metadata, unmapped } = mapMembers({ source, output_fields });
    assert.equal(evidences?.[0]?.process?.name, "sh");
    assert.equal(metadata.event_code, "execve");
    assert.equal(unmapped, undefined);
  }
  for (const source of ["okta", "constructor", "__proto__"]) {
    const { evidences, metadata, unmapped } = mapMembers({ source, output_fields });
    assert.equal(evidences, undefined);
    assert.equal(metadata.log_name, source);
    assert.deepEqual(unmapped, output_fields);
  }
});

Deno.test("texts too long for OCSF are cut, and whole in unmapped", () => {
  const long = "é".repeat(65_536);
  const cut = "é".repeat(65_535);
  const finding = mapMembers({ rule: long, output: long, hostname: long, tags: [long] });
  assert.equal(finding.finding_info.title, cut);
  assert.equal(finding.message, cut);
  assert.equal(finding.device?.name, cut);
  assert.deepEqual(finding.metadata.labels, [cut]);
  assert.deepEqual(finding.unmapped, { rule: long, output: long, hostname: long, tags: long });
});

Deno.test("raw_data is the payload with its byte order mark, up to 65 535 characters", () => {
  const withMark = `\ufeff${eventText()}`;
  assert.equal(mapBytes(bytes(withMark)).raw_data, withMark);
  const padding = 65_535 - [...eventText({ output: "" })].length;
  const longest = eventText({ output: "🚨".repeat(padding) });
  assert.equal(mapBytes(bytes(longest)).raw_data, longest);
  const tooLong = eventText({ output: "🚨".repeat(padding + 1) });
  assert.equal(mapBytes(bytes(tooLong)).raw_data, undefined);
  assert.notEqual(mapBytes(bytes(tooLong)).finding_info.title, UNREADABLE_TITLE);
});

Deno.test("a record that is no event says why and carries all of it", () => {
  const finding = mapBytes(bytes('{"rule":"R"}'), CLOUD);
  assert.deepEqual(
    [finding.severity_id, finding.severity, finding.time, finding.finding_info.title],
    [0, "Unknown", RECEIVED_MILLISECONDS, UNREADABLE_TITLE],
  );
  assert.equal(finding.message, "Unreadable Falco event: priority is missing");
  assert.equal(finding.raw_data, '{"rule":"R"}');
  const long = "x".repeat(65_536);
  assert.deepEqual(mapBytes(bytes(long)).unmapped, { raw_data: long });
  assert.equal(mapBytes(bytes("")).raw_data, undefined);
});

Deno.test("a mistake of ours costs the finding its detail, and the finding says so", () => {
  let failed = false;
  const context = {
    ...NO_CLOUD,
    get region() {
      if (failed) return "";
      failed = true;
      throw new Error("a bug");
    },
  };
  const text = eventText({ output_fields: { "proc.name": "a" } });
  const finding = mapBytes(bytes(text), context);
  assert.equal(finding.raw_data, text);
  assert.equal(finding.finding_info.title, "R");
  assert.equal(finding.status_detail, "falco-lake failed to map its fields: Error: a bug");
  assert.deepEqual([finding.evidences, finding.unmapped], [undefined, { "proc.name": "a" }]);
});

Deno.test("a mistake of ours in the envelope too leaves a finding that says so, with raw_data", () => {
  const context = {
    ...NO_CLOUD,
    get ocsfVersion(): "1.1.0" {
      if (calls++ < 2) throw new Error("a bug");
      return "1.1.0";
    },
  };
  let calls = 0;
  const finding = mapBytes(bytes(eventText()), context);
  assert.equal(finding.raw_data, eventText());
  assert.equal(
    finding.message,
    "Unreadable Falco event: falco-lake failed to map it: Error: a bug",
  );
  assert.equal(finding.status_detail, finding.message);
});

Deno.test("an account of Security Lake's that is no AWS account is none of the cloud's", () => {
  assert.deepEqual(mapMembers({}, { ...CLOUD, accountId: "external_acme" }).cloud, {
    provider: "AWS",
    region: "eu-west-1",
  });
});
