import assert from "node:assert/strict";
import fc from "fast-check";
import { explain } from "../../src/ocsf/explain.ts";
import { arbitraryEvent } from "./arbitrary_event.ts";
import { bytes, eventText, NO_CLOUD, RECEIVED_MICROSECONDS } from "./support.ts";

const explainText = (text: string) =>
  explain({ payload: bytes(text), receivedMicroseconds: RECEIVED_MICROSECONDS }, NO_CLOUD);

const explainFields = (output_fields: unknown) =>
  new Map(explainText(eventText({ hostname: "h", output_fields })).map((one) => [one.field, one]));

Deno.test("explain names the attributes that hold a field's value", () => {
  const explained = explainFields({ "proc.name": "cat", "proc.pid": 17, "fd.name": "/etc/shadow" });
  assert.deepEqual(explained.get("proc.name")!.to, [
    "actor.process.name",
    "evidences[0].process.name",
    "observables[evidences[0].process.name].value",
  ]);
  assert.deepEqual(explained.get("proc.pid")!.to, [
    "actor.process.pid",
    "evidences[0].process.pid",
  ]);
  assert.deepEqual(explained.get("fd.name")!.to, [
    "evidences[0].file.name",
    "evidences[0].file.path",
    "evidences[0].file.parent_folder",
    "observables[evidences[0].file.name].value",
  ]);
  assert.ok([...explained.values()].every(({ unmapped }) => !unmapped));
});

Deno.test("explain tells a value in another form by what would be different without it", () => {
  const explained = explainFields({ "fd.type": "ipv4", "fd.l4proto": "tcp" });
  const { to, also } = explained.get("fd.type")!;
  assert.deepEqual([to, also], [[], ["evidences[0].connection_info.protocol_ver_id"]]);
});

Deno.test("explain says what stays unmapped, and what goes nowhere", () => {
  const explained = explainFields({ mine: "x", "evt.time": 1767323045123456789n.toString() });
  const { to, also, unmapped } = explained.get("mine")!;
  assert.deepEqual({ to, also, unmapped }, { to: [], also: [], unmapped: true });
  assert.equal(explained.get("evt.time")!.unmapped, false);
});

Deno.test("explain finds a value that another field holds as well", () => {
  const explained = explainFields({ "proc.cmdline": "ls -l /root", "proc.args": "-l /root" });
  assert.deepEqual(explained.get("proc.args")!.to, ["evidences[0].process.cmd_line"]);
});

Deno.test("explain keeps every digit of a number", () => {
  const text = eventText({ output_fields: {} }).replace("{}", `{"n":9007199254740993}`);
  assert.equal(explainText(text)[0]!.value, "9007199254740993");
});

Deno.test("explain has nothing to say of what is no event", () => {
  assert.deepEqual(explainText("{"), []);
  assert.deepEqual(explainText(`{"output_fields":[1]}`), []);
});

Deno.test("explain finds a place for every field of any event that has a value", () => {
  fc.assert(
    fc.property(arbitraryEvent, ({ fields, text }) => {
      const explained = explainText(text);
      assert.deepEqual(
        new Set(explained.map(({ field }) => field)),
        new Set(fields.map(([name]) => name)),
      );
      for (const { field, value, to, also, unmapped } of explained) {
        if (/^(null|""|"<NA>"|"N\/A")$/.test(value) || field.startsWith("evt.time")) continue;
        assert.ok(to.length + also.length > 0 || unmapped, `${field}=${value} of ${text}`);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("explain finds whole words only, and nothing in what an observable says of itself", () => {
  const explained = explainFields({ "proc.name": "c", "proc.cmdline": "c 1", "proc.args": "1" });
  assert.deepEqual(explained.get("proc.args")!.to, ["evidences[0].process.cmd_line"]);
  assert.deepEqual(explained.get("proc.name")!.to, [
    "actor.process.name",
    "evidences[0].process.name",
    "observables[evidences[0].process.name].value",
  ]);
});

Deno.test("explain tells what other fields say as well from what has no value", () => {
  const explained = explainFields({
    "fd.name": "10.0.0.1:5->10.0.0.2:6",
    "fd.type": "ipv4",
    "proc.name": null,
  });
  const { to, unmapped, empty } = explained.get("fd.type")!;
  assert.deepEqual({ to, unmapped, empty }, { to: [], unmapped: false, empty: false });
  assert.equal(explained.get("proc.name")!.empty, true);
});
