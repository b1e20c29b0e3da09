import assert from "node:assert/strict";
import { mapRecord } from "../../src/ocsf/map.ts";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import { OCSF_VERSIONS } from "../../src/ocsf/version.ts";
import { generateEvents, NO_GENERATOR } from "../support/generator.ts";
import { corpusEvents, loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";
import { FULL_EVENTS } from "./full_events.ts";
import {
  bytes,
  CLOUD,
  edgeCasePayloads,
  mapBytes,
  NO_CLOUD,
  RECEIVED_MICROSECONDS,
} from "./support.ts";

/** Enough to meet every rule many times. */
const GENERATED = 20_000;

async function assertValid(payloads: readonly Uint8Array[]): Promise<void> {
  const validate = await loadValidator();
  for (const ocsfVersion of OCSF_VERSIONS) {
    for (const place of [NO_CLOUD, CLOUD]) {
      for (const payload of payloads) {
        const record = { payload, receivedMicroseconds: RECEIVED_MICROSECONDS };
        const finding = mapRecord(record, { ...place, ocsfVersion });
        // Warnings as well: deprecated attributes, empty lists.
        assert.deepEqual(validate(finding), [], `${ocsfVersion}: ${finding.raw_data}`);
      }
    }
  }
}

const isUnreadable = (payload: Uint8Array): boolean =>
  mapBytes(payload).finding_info.title === UNREADABLE_TITLE;

testUnless(NO_SHARED, "all 235 real events become valid findings at every version", async () => {
  const payloads = corpusEvents().map(bytes);
  assert.equal(payloads.length, 235);
  assert.ok(!payloads.some(isUnreadable));
  await assertValid(payloads);
});

testUnless(NO_SHARED, "raw_data of every real event is the received bytes", () => {
  for (const event of corpusEvents()) assert.equal(mapBytes(bytes(event)).raw_data, event);
});

testUnless(
  NO_SHARED,
  "events that fill every attribute become valid findings at every version",
  () => assertValid(FULL_EVENTS.map(bytes)),
);

testUnless(
  NO_SHARED,
  "every body of the edge cases becomes a valid finding at every version, event or not",
  async () => {
    const payloads = edgeCasePayloads();
    assert.ok(payloads.filter((payload) => !isUnreadable(payload)).length >= 40);
    await assertValid(payloads);
  },
);

testUnless(
  NO_GENERATOR,
  "events over all rules become valid findings at every version",
  async () => {
    const validate = await loadValidator();
    const events = generateEvents(GENERATED);
    assert.equal(events.length, GENERATED);
    for (const ocsfVersion of OCSF_VERSIONS) {
      for (const event of events) {
        const finding = mapBytes(bytes(event), { ...CLOUD, ocsfVersion });
        assert.deepEqual(validate(finding), [], `${ocsfVersion}: ${event}`);
        assert.notEqual(finding.finding_info.title, UNREADABLE_TITLE, finding.message);
      }
    }
  },
);
