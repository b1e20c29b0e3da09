import assert from "node:assert/strict";
import { explain } from "../../src/ocsf/explain.ts";
import { generateEvents, NO_GENERATOR } from "../support/generator.ts";
import { corpusEvents, readShared } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";
import { FULL_EVENTS } from "./full_events.ts";
import { bytes, CLOUD, eventText, RECEIVED_MICROSECONDS } from "./support.ts";

/** Of the fields that a source's rules print, those that need not have a typed home, and why. */
const UNMAPPED: Readonly<Record<string, readonly string[]>> = {
  // The path before it was resolved; two facts of a container that OCSF has no attribute for.
  syscall: ["fd.nameraw", "container.start_ts", "container.mounts"],
  aws_cloudtrail: ["evt.plugininfo"], // prose that has all of the others
  gcp_auditlog: ["gcp.userAgent"], // since OCSF 1.4
  github: ["github.diff.committed_secrets.desc", "github.diff.committed_secrets.lines"],
  k8s_audit: ["jevt.obj"], // the whole audit event
  okta: [],
};

interface Rule {
  readonly source: string;
  readonly output_fields: readonly string[];
}

/** What the generator has no value for. */
const RARE = eventText({
  output_fields: {
    ...{ "user.loginname": "alice", "proc.cmdline": "a b", "proc.args": "b", "proc.exe": "a" },
    ...{ "proc.pexe": "/bin/p", "proc.pexepath": "/bin/p" },
  },
});

testUnless(
  NO_GENERATOR,
  "what Falco's and its plugins' rules print has a typed home in 1.1.0",
  () => {
    const rules = ["rules", "plugin_rules"].flatMap((name): readonly Rule[] =>
      JSON.parse(readShared(`corpus/${name}.json`)).rules
    );
    const printed = new Map<string, Set<string>>();
    for (const { source, output_fields } of rules) {
      const fields = printed.get(source) ?? new Set();
      for (const field of output_fields) fields.add(field);
      printed.set(source, fields);
    }
    for (const text of [RARE, ...FULL_EVENTS, ...corpusEvents(), ...generateEvents(20_000)]) {
      const { source = "syscall", output_fields } = JSON.parse(text);
      const missing = printed.get(source);
      if (
        !missing || !Object.keys(output_fields ?? {}).some((field) => missing.has(field))
      ) continue;
      const record = { payload: bytes(text), receivedMicroseconds: RECEIVED_MICROSECONDS };
      for (const { field, to, also, unmapped } of explain(record, CLOUD)) {
        if (to.length > 0 || (also.length > 0 && !unmapped)) missing.delete(field);
      }
    }
    for (const fields of printed.values()) fields.delete("evt.time.iso8601"); // time, once more
    const left = Object.fromEntries(
      [...printed].map(([source, fields]) => [source, [...fields].sort()]),
    );
    const expected = Object.fromEntries(
      Object.entries(UNMAPPED).map(([source, fields]) => [source, fields.toSorted()]),
    );
    assert.deepEqual(left, expected);
  },
);
