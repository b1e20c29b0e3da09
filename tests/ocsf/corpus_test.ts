import assert from "node:assert/strict";
import { UNREADABLE_TITLE } from "../../src/ocsf/unreadable.ts";
import { bytes, CLOUD, corpusPayloads, edgeCases, mapBytes, NO_CLOUD } from "./support.ts";
import { loadValidator, NO_SHARED } from "../support/shared.ts";
import { testUnless } from "../support/skip.ts";

testUnless(
  NO_SHARED,
  "all 235 real events become findings that the validator has nothing to say about",
  async () => {
    const validate = await loadValidator();
    const payloads = corpusPayloads();
    assert.equal(payloads.length, 235);
    for (const payload of payloads) {
      for (const context of [NO_CLOUD, CLOUD]) {
        const finding = mapBytes(payload, context);
        assert.deepEqual(validate(finding), [], finding.raw_data);
        assert.notEqual(finding.finding_info.title, UNREADABLE_TITLE, finding.message);
      }
    }
  },
);

testUnless(NO_SHARED, "raw_data of every real event is the received bytes", () => {
  for (const payload of corpusPayloads()) {
    assert.deepEqual(bytes(mapBytes(payload).raw_data ?? ""), payload);
  }
});

testUnless(
  NO_SHARED,
  "every body of the edge cases becomes a valid finding, event or not",
  async () => {
    const validate = await loadValidator();
    let events = 0;
    for (const edge of edgeCases()) {
      const payload = edge.body_b64 === undefined
        ? bytes(edge.body ?? "")
        : Uint8Array.from(atob(edge.body_b64), (character) => character.charCodeAt(0));
      const finding = mapBytes(payload, CLOUD);
      assert.deepEqual(validate(finding), [], edge.id);
      if (finding.finding_info.title !== UNREADABLE_TITLE) events++;
    }
    assert.ok(events >= 40, `only ${events} of the edge cases were read as events`);
  },
);
